import type { AnyActorRef, InspectionEvent, Subscription } from 'xstate';

type Inspector = (event: InspectionEvent) => void;

/**
 * Who looks on at the agents' actors. That they have one root in common is a matter of memory: an inspector sees each of
 * them as a root of its own, and that root not at all.
 */
export class AgentInspection {
  private readonly ofOne = new Map<AnyActorRef, Set<Inspector>>();
  private subscription: Subscription | undefined;

  /** @param ofAll looks on at every actor, from its beginning to its end */
  constructor(
    private readonly root: AnyActorRef,
    private readonly ofAll: Inspector | undefined,
  ) {
    if (ofAll) this.begin();
  }

  /** Whether anybody looks on. */
  get isOn(): boolean {
    return this.subscription !== undefined;
  }

  /** Looks on at one actor until it stops; one that has stopped has nothing more to show. */
  watch(actor: AnyActorRef, inspector: Inspector): Subscription {
    if (actor.getSnapshot().status !== 'active') return { unsubscribe: () => undefined };
    const inspectors = this.ofOne.get(actor) ?? new Set();
    this.ofOne.set(actor, inspectors.add(inspector));
    this.begin();
    return {
      unsubscribe: () => {
        if (inspectors.delete(inspector) && inspectors.size === 0) this.forget(actor);
      },
    };
  }

  /** Nobody looks on at an actor any more. */
  forget(actor: AnyActorRef): void {
    if (!this.ofOne.delete(actor) || this.ofOne.size > 0 || this.ofAll) return;
    this.subscription?.unsubscribe();
    this.subscription = undefined;
  }

  /** XState makes every inspection event twice for whoever is subscribed, so nobody is without need. */
  private begin(): void {
    this.subscription ??= this.root.system.inspect((event) => this.tell(event));
  }

  private tell(event: InspectionEvent): void {
    if (event.actorRef === this.root) return;
    const seen = this.asOfRoot(event);
    this.ofAll?.(seen);
    for (const inspector of this.ofOne.get(event.actorRef as AnyActorRef) ?? []) inspector(seen);
  }

  private asOfRoot(event: InspectionEvent): InspectionEvent {
    const rootId = (event.actorRef as AnyActorRef).sessionId;
    if (event.type !== '@xstate.event' || event.sourceRef !== this.root) return { ...event, rootId };
    return { ...event, rootId, sourceRef: undefined };
  }
}
