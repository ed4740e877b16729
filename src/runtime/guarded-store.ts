import { TenureError } from '../errors.js';
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
 * A store to hand out, to read and to listen to. Stores call their listeners within `send`, all stores of a process one
 * after another: what one throws would keep the others from hearing, and reach whoever sent. Here each is cut off alone.
 * What a host would send to it would be shown to all others as if it were so: that is refused.
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
    inspect: guarded(
      (observer: HostObserver<object>) =>
        listenable.inspect({
          ...observer,
          // The event has the store itself.
          next: (event: object) => observer.next?.({ ...event, actorRef: view }),
        } as never),
      'An inspector',
    ),
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
  const view = { ...store, ...overrides, ...refusing(what) };
  return view;
}

/** What changes a store: its methods by name. */
function refusing(what: string): object {
  const refuse = (): never => {
    throw new TenureError(
      'TENURE_INVALID_OPTIONS',
      `The tracker keeps ${what}: read it, listen to it, and use \`record\``,
    );
  };
  return { send: refuse, trigger: new Proxy({}, { get: () => refuse }), with: refuse };
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
