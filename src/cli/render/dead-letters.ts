import type { DeadLetters } from '../dead-letters.js';
import type { Colors } from '../io.js';
import { counted, fitted } from './text.js';

/** Nothing when nothing was left out. */
export function renderDeadLetters({ count, latest }: DeadLetters, colors: Colors): string[] {
  if (count === 0) return [];
  const lines = latest.map(({ agentId, eventId, error }) =>
    fitted(`  ${eventId} of ${agentId}: ${error}`, 100),
  );
  const title = `${counted(count, 'event')} left out, because a strategy failed on ${count === 1 ? 'it' : 'them'}`;
  return [`${colors.red(title)}\n${lines.join('\n')}\n`];
}
