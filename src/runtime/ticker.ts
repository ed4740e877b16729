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
    let last = clock.now();
    const schedule = (): void => {
      timer = clock.setTimeout(() => {
        schedule();
        const now = clock.now();
        // A timer that fires too early finds that hardly any time has passed.
        if (now - last < every / 2) return;
        last = now;
        subscriber.next(now);
      }, every);
    };
    schedule();
    return () => clock.clearTimeout(timer);
  });
}
