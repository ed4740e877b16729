import { Observable, type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';
import { observerOf, subscribeGuarded } from './host.js';

/**
 * An observable that is handed to the host. RxJS turns what a subscriber throws into an uncaught exception, which
 * ends the process; here it cuts off that subscriber alone. What the host derives with `pipe` is guarded as well.
 */
export class GuardedObservable<Value> extends Observable<Value> {
  constructor(
    source: Observable<unknown>,
    private readonly report: (thrown: unknown) => void,
    operator?: Operator<unknown, Value>,
  ) {
    super();
    this.source = source;
    this.operator = operator as Operator<unknown, Value>;
  }

  override lift<Result>(operator?: Operator<Value, Result>): Observable<Result> {
    return new GuardedObservable<Result>(this, this.report, operator as Operator<unknown, Result>);
  }

  override subscribe(
    observerOrNext?: Partial<Observer<Value>> | ((value: Value) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // A step of a pipe: it passes errors on to whoever subscribed at the end of the pipe.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const subscribe = (observer: Partial<Observer<Value>>) => super.subscribe(observer);
    const observer = observerOf(observerOrNext, error, complete);
    return subscribeGuarded(subscribe, observer, this.report) as Subscription;
  }
}
