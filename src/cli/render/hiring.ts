import type { HiringSignal } from '../../department/outputs.js';
import type { Colors } from '../io.js';
import { printable, wrapped } from './text.js';
import { date } from './time.js';

/** Departments that were short of hands or idle; nothing when none ever was. */
export function renderHiring(signals: readonly HiringSignal[], colors: Colors): string[] {
  if (signals.length === 0) return [];
  const lines = signals.map(({ at, type, because }) => {
    const advice = type === 'hiring.recommended' ? colors.red('hire') : colors.yellow('surplus');
    return `  ${date(at)}  ${advice}: ${wrapped(printable(because), 77, '    ')}`;
  });
  return [`${colors.bold('Hiring')}\n${lines.join('\n')}\n`];
}
