import type { Recommendation } from '../../agent/outputs.js';
import { explain } from '../../policy/explain.js';
import type { Colors } from '../io.js';
import { counted, printable, wrapped } from './text.js';

/** Every open recommendation with its reasons, and how to decide on it. */
export function renderRecommendations(
  open: readonly Recommendation[],
  invocation: string,
  colors: Colors,
): string {
  if (open.length === 0) return 'Nothing is open: nobody waits for a decision.\n';
  const [{ id }] = open as [Recommendation];
  return [
    `${counted(open.length, 'open recommendation')}\n`,
    ...open.map((one) => renderRecommendation(one, colors)),
    colors.dim(
      wrapped(`Decide with: ${invocation} decide ${printable(id)} approved|rejected|deferred --by NAME`),
    ),
    '',
  ].join('\n');
}

export function renderRecommendation(recommendation: Recommendation, colors: Colors): string {
  const [headline, ...reasons] = explain(recommendation).map(printable) as [string, ...string[]];
  const lines = reasons.map((reason) => wrapped(`  - ${reason}`, 100, '    '));
  return `${colors.bold(printable(recommendation.id))}\n${wrapped(`  ${headline}`)}\n${lines.join('\n')}\n`;
}
