import type { Clock } from '../clock.js';
import { MAX_TIME } from '../events/fields.js';
import type { Report } from './host.js';

/** Timers of a longer delay fire at once, in browsers and in Node. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * A host's clock that can be relied upon. Its time never goes back, is a whole number of milliseconds between 1970
 * and 9999, and stands still while the host's has none to tell; a timer fires once at most, and never before
 * `setTimeout` has returned. What is wrong with the clock is reported when it goes wrong, not at every reading.
 */
export function guardClock(clock: Clock, report: Report): Clock {
  let latest = 0;
  let isWrong = false;
  const wrong = (what: string, thrown: unknown): void => {
    if (!isWrong) report(what, thrown);
    isWrong = true;
  };
  return {
    now: () => {
      try {
        latest = Math.max(latest, checkedTime(clock.now()));
        isWrong = false;
      } catch (thrown) {
        wrong('Reading the clock', thrown);
      }
      return latest;
    },
    setTimeout: (fn, delay) => {
      let isAllowed = false;
      let isEarly = false;
      const fireOnce = (): void => {
        isEarly ||= !isAllowed;
        if (isAllowed) fn();
        isAllowed = false;
      };
      let timer: unknown;
      try {
        timer = clock.setTimeout(fireOnce, Math.min(Math.max(0, delay), MAX_DELAY));
      } catch (thrown) {
        wrong('Setting a timer of the clock', thrown);
      }
      if (isEarly) wrong('A timer of the clock', new Error('it fired before setTimeout returned'));
      isAllowed = !isEarly;
      return timer;
    },
    clearTimeout: (timer) => {
      try {
        clock.clearTimeout(timer);
      } catch (thrown) {
        wrong('Clearing a timer of the clock', thrown);
      }
    },
  };
}

function checkedTime(reading: unknown): number {
  if (typeof reading === 'number' && reading >= 0 && reading <= MAX_TIME) return Math.floor(reading);
  const got = typeof reading === 'number' ? reading : typeof reading;
  throw new RangeError(`expected epoch milliseconds between 1970 and 9999, got ${got}`);
}
