import type { Coverage } from '../../agent/performance.js';
import type { Colors } from '../io.js';
import type { FedGroup, Survey } from '../survey.js';
import { grouped, wrapped } from './text.js';
import { date } from './time.js';

const GROUPS: Readonly<Record<keyof Coverage, string>> = {
  metrics: 'metrics',
  quality: 'quality from',
  collaboration: 'collaboration from',
};

/** Which scores are fed, and by name those that nothing feeds. */
export function renderCompanyCoverage({ coverage }: Pick<Survey, 'coverage'>, colors: Colors): string {
  const lines = (Object.keys(GROUPS) as (keyof Coverage)[]).map((group) =>
    renderGroup(group, coverage[group], colors),
  );
  return `${colors.bold('What feeds the scores')} ${colors.dim('(inputs of the last 30 days)')}\n${lines.join('\n')}\n`;
}

function renderGroup(group: keyof Coverage, feeds: FedGroup, colors: Colors): string {
  const entries = Object.entries(feeds);
  const fed = entries
    .filter(([, { count }]) => count > 0)
    .map(([name, { count }]) => `${words(name)} ${grouped(count)}`);
  const dry = entries.filter(([, { count, lastAt }]) => count === 0 && lastAt !== null);
  const never = entries
    .filter(([, { count, lastAt }]) => count === 0 && lastAt === null)
    .map(([name]) => words(name));
  const lines = [lineOf(`  ${GROUPS[group]}: ${fed.join(', ') || 'nothing'}`)];
  if (dry.length > 0) {
    const since = dry.map(([name, { lastAt }]) => `${words(name)} (last ${date(lastAt ?? 0)})`);
    lines.push(colors.yellow(lineOf(`    fed no longer: ${since.join(', ')}`)));
  }
  if (never.length > 0) lines.push(colors.yellow(lineOf(`    nothing feeds: ${never.join(', ')}`)));
  return lines.join('\n');
}

function lineOf(text: string): string {
  return wrapped(text, 100, '      ');
}

/** `codeReview` → `code review` */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
