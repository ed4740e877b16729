import { reasonOf, TenureError } from '../errors.js';

/** Told of every mistake of the host's own code that Tenure called: what failed is in the message, why in `cause`. */
export type OnHostError = (error: TenureError) => void;

/** Takes what code of the host's threw. `what` begins the message, such as `A subscriber of transitions$`. */
export type Report = (what: string, thrown: unknown) => void;

/**
 * Where mistakes of the host's go: to the host, or to Node's warnings when it does not ask for them. Never on as an
 * exception: that would end the process over a subscriber.
 */
export function reporter(onHostError: OnHostError = warn): Report {
  return (what, thrown) => {
    const error = hostError(what, thrown);
    harmless(onHostError, (again) => warn(hostError('onHostError', again)))(error);
  };
}

/** A mistake of the host's code as an error of ours. */
export function hostError(what: string, thrown: unknown): TenureError {
  return new TenureError('TENURE_HOST', `${what} failed: ${reasonOf(thrown)}`, { cause: thrown });
}

function warn({ message, code }: TenureError): void {
  process.emitWarning(message, { type: 'TenureWarning', code });
}

/** A function of the host's that can do no harm: what it throws, at once or through a promise, goes to `onFault`. */
export function harmless<Args extends unknown[]>(
  fn: (...args: Args) => unknown,
  onFault: (thrown: unknown) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      const result = fn(...args);
      // `Promise.resolve` copes with thenables of any kind.
      if (typeof result === 'object' && result !== null) Promise.resolve(result).catch(onFault);
    } catch (thrown) {
      onFault(thrown);
    }
  };
}

/** Any of the handlers that RxJS, XState and its store take. */
export interface HostObserver<Value> {
  next?: ((value: Value) => unknown) | undefined;
  error?: ((error: unknown) => unknown) | undefined;
  complete?: (() => unknown) | undefined;
}

/** The observer that handlers make, however they were given. */
export function observerOf<Value>(
  nextOrObserver: HostObserver<Value> | ((value: Value) => unknown) | null | undefined,
  error?: ((error: unknown) => unknown) | null,
  complete?: (() => unknown) | null,
): HostObserver<Value> {
  if (typeof nextOrObserver === 'object' && nextOrObserver !== null) return nextOrObserver;
  return { next: nextOrObserver ?? undefined, error: error ?? undefined, complete: complete ?? undefined };
}

/**
 * Subscribes an observer of the host's so that its mistakes stay its own: the first one cuts it off, its own `error`
 * handler is told if it has one, and so is `report`. Nobody else notices.
 */
export function subscribeGuarded<Value>(
  subscribe: (observer: Required<HostObserver<Value>>) => { unsubscribe(): void },
  observer: HostObserver<Value>,
  report: (thrown: unknown) => void,
): { unsubscribe(): void } {
  let subscription: { unsubscribe(): void } | undefined;
  let isCutOff = false;
  const cutOff = (thrown: unknown): void => {
    if (isCutOff) return;
    isCutOff = true;
    subscription?.unsubscribe();
    report(thrown);
    harmless(() => observer.error?.(thrown), report)();
  };
  subscription = subscribe({
    next: harmless((value) => (isCutOff ? undefined : observer.next?.(value)), cutOff),
    error: harmless((error) => (observer.error ? observer.error(error) : report(error)), report),
    complete: harmless(() => observer.complete?.(), report),
  });
  // It may have failed on what it was sent at once.
  if (isCutOff) subscription.unsubscribe();
  return subscription;
}
