import { rememberedMs } from '../agent/apply.js';
import { isTenureError, type TenureError } from '../errors.js';
import type { Gate } from '../query/gate.js';
import type { Building } from '../store/types.js';
import { DAY_MS } from '../windows/duration.js';
import { FoundationBuilder, type FoundationParts } from './foundation-builder.js';

/** Dropped at once is at least this part of what is kept, and at least a day. */
const PART = 1 / 32;
/**
 * Records dropped at once, about, unless a single day has more: what is dropped is read again for every so many agents.
 * With many agents it is as many more as make it worth to write every one of them.
 */
const MIN_RECORDS = 10_000;
const RECORDS_PER_AGENT = 64;

export interface RetentionParts extends FoundationParts {
  /** Through which questions go that read the roll-ups. */
  readonly gate: Gate;
  /** How long events are kept, in milliseconds. */
  readonly keptMs: number;
  /** The tracker's present, epoch milliseconds. */
  readonly now: () => number;
  /** Resolves once everything that was accepted is in the journal. */
  readonly flush: () => Promise<void>;
  /** Has snapshots written, so that more can be dropped. */
  readonly checkpoint: () => Promise<void>;
  /** Told of the last record that was dropped, and from when on events are kept, epoch milliseconds. */
  readonly onDropped: (seq: number, keptFrom: number) => void;
  /** Told once of what is damaged, and keeps something from being dropped. */
  readonly onDamage: (error: TenureError) => void;
}

/**
 * Drops records that are older than the retention, in the background: what every agent is as of the last of them is
 * written first, then one write drops them, and then they are removed bit by bit. It can be broken off anywhere, and
 * goes on at the next opening: before the one write nothing has happened, but that events of these times are refused.
 */
export class Retention {
  private running: Promise<void> | undefined;
  private isStopped = false;
  /** Nothing is due before, epoch milliseconds. */
  private dueAt = 0;
  /** Events of times before are refused: they are about to be dropped. Epoch milliseconds. */
  private closing = 0;
  /** The first record that could not be read. */
  private damagedFrom = Number.POSITIVE_INFINITY;
  private readonly told = new Set<string>();
  private readonly builder: FoundationBuilder;

  constructor(private readonly parts: RetentionParts) {
    this.builder = new FoundationBuilder(parts, () => this.isStopped);
  }

  /** Events of times before are refused, epoch milliseconds: whether they were recorded before is not known any more. */
  get horizon(): number {
    return Math.max(this.closing, this.parts.store.foundations.dropped.horizon);
  }

  /** Before anything is accepted: what was begun by an earlier process goes on, or is given up for good. */
  async recover(): Promise<void> {
    const { foundations } = this.parts.store;
    const begun = await this.begun();
    if (begun) this.closing = begun.horizon;
    // Events of these times are taken from now on: it would miss them.
    else if (await foundations.building()) await foundations.begin();
  }

  /** Begins when there is enough to drop, and removes what an earlier one left. A failure is told to `onFailure`. */
  beginIfDue(onFailure: (error: unknown) => void): void {
    if (this.running || this.isStopped || this.parts.now() < this.dueAt) return;
    this.dueAt = this.parts.now() + DAY_MS;
    this.running = this.run()
      .catch((error) => {
        if (isTenureError(error, 'TENURE_CORRUPT')) this.tell(error);
        else if (!isTenureError(error, 'TENURE_CLOSED')) onFailure(error);
      })
      .finally(() => {
        this.running = undefined;
      });
  }

  get isBusy(): boolean {
    return this.running !== undefined;
  }

  /** Resolves once nothing is under way. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** Breaks off what is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    await this.sweep();
    for (let isMore = true; isMore && !this.isStopped; ) {
      try {
        isMore = await this.drop();
      } catch (error) {
        if (!isTenureError(error, 'TENURE_CORRUPT') || !(await this.isLeftSound(error))) throw error;
        this.tell(error);
      }
      await this.sweep();
    }
  }

  private sweep(): Promise<void> {
    const { store, gate } = this.parts;
    return store.sweep(
      () => this.isStopped,
      (remove) => gate.write(remove),
    );
  }

  /** What is damaged is not dropped, but what is before it may be. The answer is whether to look for that. */
  private async isLeftSound({ seq = 0 }: TenureError): Promise<boolean> {
    const { foundations } = this.parts.store;
    // What was begun is of no use: it needs the record, or is damaged itself.
    await foundations.begin();
    this.closing = 0;
    if (seq <= foundations.dropped.seq + 1 || seq >= this.damagedFrom) return false;
    this.damagedFrom = seq;
    return true;
  }

  private tell(error: TenureError): void {
    if (this.told.has(error.message)) return;
    this.told.add(error.message);
    this.parts.onDamage(error);
  }

  /** Drops what is due, or the first part of it. The answer is whether there may be more. */
  private async drop(): Promise<boolean> {
    const { store } = this.parts;
    const building = (await this.begun()) ?? (await this.next());
    if (!building) return false;
    if (!(await this.builder.build(building))) return false;
    if (store.checkpoint < building.seq) await this.parts.checkpoint();
    const { seq, horizon, events, agents, known, pointsFrom } = building;
    await store.dropRecords({ seq, horizon, events, agents, known, pointsFrom });
    this.closing = 0;
    this.parts.onDropped(seq, horizon);
    return true;
  }

  /** What was begun, by this process or an earlier one, if it can be gone on with. */
  private async begun(): Promise<Building | undefined> {
    const { store, layout } = this.parts;
    const building = await store.foundations.building();
    const isGood = building && building.layout === layout && building.horizon <= this.due;
    return isGood ? building : undefined;
  }

  /** Everything of times before this can be dropped, epoch milliseconds. */
  private get due(): number {
    return midnight(this.parts.now() - this.parts.keptMs);
  }

  /** Works out what is to be dropped next, and begins with it; `undefined` when that is not worth it yet. */
  private async next(): Promise<Building | undefined> {
    const { store, keptMs } = this.parts;
    const { seq: floor } = store.foundations.dropped;
    const { due } = this;
    if (store.lastSeq === floor) return undefined;
    const first = await store.read(floor + 1);
    const step = Math.max(DAY_MS, midnight(keptMs * PART));
    // Not before a day has passed, in case that a block cannot be dropped for an event that lies ahead.
    this.dueAt = Math.max(this.dueAt, midnight(first.now) + step + keptMs);
    if (due < midnight(first.now) + step) return undefined;
    for (const horizon of await this.horizons(midnight(first.now), due)) {
      const building = await this.begin(horizon);
      if (building || this.isStopped) return building;
    }
    return undefined;
  }

  /**
   * Up to where to drop, a midnight: what to try first, and what else. A commit may be of many days, so that nothing can
   * be dropped of the first of them alone.
   */
  private async horizons(firstDay: number, due: number): Promise<number[]> {
    const { store, registry } = this.parts;
    const most = Math.max(MIN_RECORDS, RECORDS_PER_AGENT * registry.size);
    const last = Math.min(store.foundations.dropped.seq + most, this.damagedFrom - 1);
    if (last >= store.lastSeq) return [due];
    const reached = midnight((await store.read(last)).now);
    if (last === this.damagedFrom - 1) return reached > firstDay ? [Math.min(due, reached)] : [];
    return [Math.min(due, Math.max(reached, firstDay + DAY_MS)), due];
  }

  private async begin(horizon: number): Promise<Building | undefined> {
    const { store, registry, layout } = this.parts;
    this.closing = horizon;
    await this.parts.flush();
    if (store.checkpoint < store.lastSeq) await this.parts.checkpoint();
    const { dropped } = store.foundations;
    const point = await store.dropPoint(horizon);
    if (point.seq <= dropped.seq || this.isStopped) {
      this.closing = 0;
      return undefined;
    }
    const building = {
      base: dropped.seq,
      seq: point.seq,
      horizon,
      events: dropped.events + point.events,
      agents: Math.max(dropped.agents, point.agents),
      known: Math.max(dropped.known, registry.size),
      pointsFrom: Math.max(dropped.pointsFrom, horizon - rememberedMs(this.parts.model.config)),
      layout,
      founded: 0,
      passed: 0,
    };
    await store.foundations.begin(building);
    return building;
  }
}

function midnight(ms: number): number {
  return Math.max(0, Math.floor(ms / DAY_MS) * DAY_MS);
}
