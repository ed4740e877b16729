import type { DeadLetter } from '../../tracker.js';
import type { Colors } from '../io.js';
import { type Column, table } from './table.js';
import { counted } from './text.js';
import { moment } from './time.js';

const COLUMNS: readonly Column[] = [
  { head: 'failed (UTC)' },
  { head: 'agent', limit: 24 },
  { head: 'event', limit: 24 },
  { head: 'what', limit: 24 },
  { head: 'why', limit: 60 },
];

export function renderLetters(letters: readonly DeadLetter[], colors: Colors): string {
  if (letters.length === 0) return 'No dead letters.\n';
  const rows = letters.map(({ failedAt, agentId, eventId, event, error }) => [
    moment(failedAt),
    agentId,
    eventId,
    event.type,
    error,
  ]);
  const lines = [table(COLUMNS, rows, colors), '', `${counted(letters.length, 'dead letter')}.`];
  return `${lines.join('\n')}\n`;
}
