import { type Context, createContext, Script } from 'node:vm';
import { argument, limitArgument, strategyArgument } from '../query/arguments.js';

const CALL = new Script('call()');
let context: Context | undefined;

/**
 * A strategy or a policy each of whose calls is broken off after so many milliseconds, even in the midst of a loop that
 * has no end: the call throws then, and costs its agent one event like any other mistake. For code that is not trusted:
 * every call costs a thread that watches over it, about a tenth of a millisecond.
 *
 * What is broken off has no time to clean up: its `finally` blocks do not run. A limit near to what a call really takes
 * would make a replay differ from what it replays, so let it be far beyond.
 *
 * @param ms default 1,000
 * @throws TenureError `TENURE_INVALID_OPTIONS`
 */
export function timeLimited<Strategy extends object>(strategy: Strategy, ms = 1_000): Strategy {
  argument(strategyArgument, strategy, 'strategy');
  const timeout = argument(limitArgument, ms, 'ms');
  return watched(strategy, timeout);
}

/** The parts of strategies that are asked again and again: the tracker of a trend, and what is added up of observations. */
const PARTS: ReadonlySet<unknown> = new Set(['track', 'additive']);

function watched<Part extends object>(part: Part, timeout: number): Part {
  // A proxy of a frozen object must answer with the very functions that are in it.
  const target = Object.create(part) as Part;
  return new Proxy(target, {
    get: (_target, key) => {
      // In pieces it would be nobody's call.
      if (key === 'detectInPieces') return undefined;
      const value: unknown = Reflect.get(part, key);
      if (typeof value !== 'function') return watchedPart(key, value, timeout);
      return (...args: unknown[]) =>
        watchedPart(
          key,
          limited(() => Reflect.apply(value, part, args), timeout),
          timeout,
        );
    },
  });
}

function watchedPart(key: PropertyKey, value: unknown, timeout: number): unknown {
  const isPart = PARTS.has(key) && typeof value === 'object' && value !== null;
  return isPart ? watched(value, timeout) : value;
}

function limited(work: () => unknown, timeout: number): unknown {
  context ??= createContext({});
  context.call = work;
  return CALL.runInContext(context, { timeout });
}
