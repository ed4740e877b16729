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
  return new Proxy(strategy, {
    get: (target, key) => {
      // In pieces it would be nobody's call.
      if (key === 'detectInPieces') return undefined;
      const value = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const answer = limited(() => Reflect.apply(value, target, args), timeout);
        // The tracker of a trend is asked again and again.
        return key === 'track' ? timeLimited(answer as object, timeout) : answer;
      };
    },
  });
}

function limited(work: () => unknown, timeout: number): unknown {
  context ??= createContext({});
  context.call = work;
  return CALL.runInContext(context, { timeout });
}
