import { type HostObserver, harmless, observerOf, type Report, subscribeGuarded } from './host.js';

type Handlers<Value> = HostObserver<Value> | ((value: Value) => unknown);
type Subscribe = (observer: never) => { unsubscribe(): void };

/** The part of an `@xstate/store` store through which a host's code comes to be called. */
interface Listenable {
  subscribe: Subscribe;
  inspect: Subscribe;
  on: (type: never, handler: never) => { unsubscribe(): void };
  select: (selector: never, equality?: never) => { subscribe: Subscribe };
}

/**
 * A store to hand out. Stores call their listeners within `send`, all stores of a process one after another: what one
 * throws would keep the others from hearing, and reach whoever sent. Here each is cut off alone.
 */
export function guardStore<Store extends object>(store: Store, what: string, report: Report): Store {
  const listenable = store as unknown as Listenable;
  const guarded =
    (subscribe: Subscribe, who: string) =>
    (handlers: Handlers<unknown>): { unsubscribe(): void } =>
      subscribeGuarded(
        (observer) => subscribe(observer as never),
        observerOf(handlers),
        (thrown) => report(`${who} of ${what}`, thrown),
      );
  const overrides: Listenable = {
    subscribe: guarded(listenable.subscribe, 'A subscriber'),
    inspect: guarded(listenable.inspect, 'An inspector'),
    on: (type, handler) =>
      guarded(
        (observer) => listenable.on(type, (observer as HostObserver<unknown>).next as never),
        'A handler',
      )(handler),
    select: (selector, equality) => {
      const onFault = (thrown: unknown) => report(`A selector of ${what}`, thrown);
      const selection = listenable.select(lastGood(selector, onFault) as never, equality);
      return { ...selection, subscribe: guarded(selection.subscribe, 'A subscriber') };
    },
  };
  return { ...store, ...overrides };
}

/** A selector that selects what it did before when it throws; the first time is reported. */
function lastGood(
  selector: (context: unknown) => unknown,
  onFault: (thrown: unknown) => void,
): (context: unknown) => unknown {
  let selected: unknown;
  let isReported = false;
  const select = harmless(
    (context: unknown) => {
      selected = selector(context);
    },
    (thrown) => {
      if (!isReported) onFault(thrown);
      isReported = true;
    },
  );
  return (context) => {
    select(context);
    return selected;
  };
}
