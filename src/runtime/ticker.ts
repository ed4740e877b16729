import { Observable } from 'rxjs';
import type { Clock } from '../clock.js';

/** How often the windows are looked at when nothing happens. */
export const TICK_MS = 3_600_000;

/**
 * The moments at which time is looked at, from the injected clock. Ticks that were missed, because the clock jumped
 * or the process slept, are one tick.
 */
export function ticks(clock: Clock, every: number): Observable<number> {
  return new Observable((subscriber) => {
    let timer: unknown;
    const schedule = (): void => {
      timer = clock.setTimeout(() => {
        schedule();
        subscriber.next(clock.now());
      }, every);
    };
    schedule();
    return () => clock.clearTimeout(timer);
  });
}
