import type { AnyActorRef, InspectionEvent, Observer, Subscription } from 'xstate';
import { TenureError } from '../errors.js';
import { harmless, observerOf, type Report, subscribeGuarded } from './host.js';

type InspectionTarget = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/** How an actor is listened to, where that is not for the actor itself to say. */
export interface Listening {
  /** Told +1 when the host begins to listen, −1 when it ends. */
  readonly onListening: (change: 1 | -1) => void;
  /** Has an inspector look on at the actor. */
  readonly inspect: (inspector: (event: InspectionEvent) => void) => Subscription;
}

/**
 * Makes an actor safe to hand out: XState turns what a subscriber or an emit handler throws into an uncaught
 * exception, and what an inspector throws into an exception of `send`. Here each of them is cut off alone.
 */
export function guardActor<SomeActor extends AnyActorRef>(
  actor: SomeActor,
  what: string,
  report: Report,
  { onListening, inspect }: Listening = {
    onListening: () => undefined,
    inspect: actor.system.inspect,
  },
): SomeActor {
  const subscribe = actor.subscribe.bind(actor);
  const on = actor.on.bind(actor);
  const counted = (subscription: Subscription) => {
    onListening(1);
    let isOver = false;
    return {
      unsubscribe: () => {
        subscription.unsubscribe();
        if (!isOver) onListening(-1);
        isOver = true;
      },
    };
  };
  const inspectGuarded = (inspector: InspectionTarget) =>
    subscribeGuarded(
      ({ next }) => inspect(next),
      observerOf(inspector),
      (thrown) => report(`An inspector of ${what}`, thrown),
    );
  const overrides = {
    subscribe: ((next: never, error: never, complete: never) =>
      subscribeGuarded(
        (observer) => counted(subscribe(observer)),
        observerOf(next, error, complete),
        (thrown) => report(`A subscriber of ${what}`, thrown),
      )) as AnyActorRef['subscribe'],
    on: ((type: string, handler: (emitted: unknown) => unknown) =>
      subscribeGuarded(
        ({ next }) => counted(on(type, next)),
        { next: handler },
        (thrown) => report(`A handler of ${what} for ${type}`, thrown),
      )) as AnyActorRef['on'],
    // The actor's alone: other actors may have the same system.
    system: Object.create(actor.system, { inspect: { value: inspectGuarded } }) as AnyActorRef['system'],
  };
  return Object.assign(actor, overrides);
}

/**
 * An actor to look at and listen to. The tracker alone drives its actors: what a host would send to one is in no
 * journal, and would be forgotten or counted twice.
 */
export function lookOnly<SomeActor extends AnyActorRef>(actor: SomeActor): SomeActor {
  const refuse = (): never => {
    throw new TenureError(
      'TENURE_INVALID_OPTIONS',
      'The tracker drives its actors: listen to them, and use `record`',
    );
  };
  const methods = Object.fromEntries(['send', 'start', 'stop'].map((name) => [name, { value: refuse }]));
  return Object.create(actor, methods) as SomeActor;
}

/** An inspector of the host's that is cut off at its first mistake; XState would make `send` throw. */
export function guardInspector(
  inspector: InspectionTarget,
  report: Report,
): (event: InspectionEvent) => void {
  let isCutOff = false;
  const { next } = observerOf(inspector);
  const look = harmless(
    (event: InspectionEvent) => next?.call(inspector, event),
    (thrown) => {
      if (!isCutOff) report('The inspector', thrown);
      isCutOff = true;
    },
  );
  return (event) => {
    if (!isCutOff) look(event);
  };
}
