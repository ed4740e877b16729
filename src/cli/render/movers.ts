import type { Colors } from '../io.js';
import type { Mover } from '../movers.js';
import { arrow } from './arrows.js';
import { evidence } from './evidence.js';
import { counted, fitted, wrapped } from './text.js';

const TRENDS_SHOWN = 3;

/** A list of agents that go one way, with the evidence under each. */
export function renderMovers(title: string, movers: readonly Mover[], shown: number, colors: Colors): string {
  if (movers.length === 0) return `${colors.bold(title)}\n  Nobody.\n`;
  const heading = `${colors.bold(title)} (${counted(movers.length, 'agent')})`;
  const rest = movers.length - shown;
  const more = rest > 0 ? [colors.dim(`  … and ${rest} more`)] : [];
  return `${[heading, ...movers.slice(0, shown).map((mover) => renderMover(mover, colors)), ...more].join('\n')}\n`;
}

function renderMover({ performance, moving }: Mover, colors: Colors): string {
  const lines = moving.slice(0, TRENDS_SHOWN).map((trend) => {
    const [first, ...others] = wrapped(evidence(trend), 92).split('\n');
    return [`    ${arrow(trend.direction, colors)} ${first}`, ...others.map((line) => `      ${line}`)].join(
      '\n',
    );
  });
  const rest = moving.length - TRENDS_SHOWN;
  if (rest > 0) lines.push(colors.dim(`      and ${counted(rest, 'more trend')}`));
  return [`  ${fitted(performance.agentId, 60)}`, ...lines].join('\n');
}
