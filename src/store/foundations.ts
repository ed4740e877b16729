import { z } from 'zod';
import type { JournalledEvent } from '../events/schema.js';
import { mapped, pause } from './breathe.js';
import { sealJson, unseal, unsealJson } from './codec/seal.js';
import { damaged, decodeState, encodeState } from './codec/state-envelope.js';
import { type Connection, del, type Entry, type Put, put } from './connection.js';
import { corrupt } from './failures.js';
import type { Floor } from './journal.js';
import {
  buildingKey,
  FOUNDATION,
  type FoundationFamily,
  foundationKey,
  foundationPartsOf,
  foundationRange,
} from './keys.js';
import { type Dropped, droppedPut } from './meta.js';
import { projectionPuts, readProjection } from './projections.js';
import type {
  Building,
  DirectoryEntry,
  Foundation,
  Foundations,
  LoadResult,
  Past,
  Projection,
} from './types.js';

const READING = 'Reading the foundations';
const SAVING = 'Saving foundations';

const count = z.int().min(0);
const buildingSchema = z.strictObject({
  base: count,
  seq: count,
  horizon: count,
  events: count,
  agents: count,
  known: count,
  pointsFrom: count,
  layout: z.string(),
  founded: count,
  passed: count,
}) satisfies z.ZodType<Building>;
const entrySchema = z.looseObject({ no: z.int().min(0), agentId: z.string(), seq: z.int().min(0) });

/** The foundations in a database; see {@link Foundations} for what they are. */
export class StoredFoundations implements Foundations {
  constructor(
    private readonly connection: Connection,
    private readonly floor: Floor,
    private inForce: Dropped,
  ) {}

  /** What was dropped. */
  get dropped(): Dropped {
    return this.inForce;
  }

  /** Directory entries of all agents that have a foundation, by number. */
  entries(): AsyncIterable<DirectoryEntry> {
    return this.connection.stream(this.readEntries());
  }

  /**
   * All agents as of the last record that was dropped.
   *
   * @throws TenureError `TENURE_CORRUPT` when one of them is damaged: it cannot be made from the journal again
   */
  async *all(): AsyncGenerator<Foundation, void, undefined> {
    for await (const entry of this.entries()) {
      const loaded = await this.load(entry.no);
      if (loaded.status === 'ok') yield { entry, state: loaded.snapshot.state };
      else throw lost(entry.agentId, loaded);
    }
  }

  /** An agent as of the last record that was dropped; `missing` when it had none by then. */
  async load(no: number): Promise<LoadResult> {
    return no > this.inForce.agents ? { status: 'missing' } : await this.state(FOUNDATION.states, no);
  }

  /** An agent's past; `missing` when it was not known by then. */
  async loadPast(no: number): Promise<LoadResult> {
    return no > this.inForce.known ? { status: 'missing' } : await this.state(FOUNDATION.pasts, no);
  }

  /** The events that an agent may still take anew. */
  events(): AsyncIterable<JournalledEvent> {
    return this.connection.stream(this.readEvents());
  }

  /** The event of a record that was dropped, if an agent may still take it anew. */
  event(seq: number): Promise<JournalledEvent | undefined> {
    return this.connection.operation(() => this.readEvent(seq));
  }

  /** The event of a record that was dropped, and that somebody still needs. */
  neededEvent(seq: number): Promise<JournalledEvent> {
    return this.connection.operation(async () => {
      const event = await this.readEvent(seq);
      if (event === undefined)
        throw corrupt(`The event of record ${seq}, kept to be taken anew, is missing`, { seq });
      return event;
    });
  }

  /** What is kept of all agents together as of the last record that was dropped. */
  projection(): Promise<Projection | undefined> {
    return this.connection.operation(async () => {
      if (this.inForce.seq === 0) return undefined;
      const { generation } = this.inForce;
      const found = await readProjection(this.connection, projectionKeys(generation));
      if (found === undefined) throw corrupt('The foundation of the departments is damaged');
      return found;
    });
  }

  /** What is written of the next generation; damage is as good as nothing. */
  building(): Promise<Building | undefined> {
    return this.connection.operation(async () => {
      const key = buildingKey(this.next);
      const value = await this.connection.get(READING, key);
      const { data } = buildingSchema.safeParse(value && unsealJson(key, value));
      return data?.base === this.inForce.seq ? data : undefined;
    });
  }

  /** Begins the next generation: what is left of one that was broken off is gone. */
  async begin(building?: Building): Promise<void> {
    await this.connection.operation(() => this.connection.clear(SAVING, foundationRange(this.next)));
    if (building) await this.note(building);
  }

  note(building: Building): Promise<void> {
    const key = buildingKey(this.next);
    return this.write([[key, sealJson(key, building)]]);
  }

  async check({ agents, known }: Building): Promise<void> {
    const generation = this.next;
    const expected = new Map<number, number>([
      [FOUNDATION.entries, agents],
      [FOUNDATION.states, agents],
      [FOUNDATION.pasts, known],
    ]);
    const chunks = this.connection.entries(READING, foundationRange(generation));
    for await (const place of this.connection.stream(placesOf(chunks))) {
      expected.set(place, (expected.get(place) ?? 0) - 1);
    }
    const isWhole = [FOUNDATION.entries, FOUNDATION.states, FOUNDATION.pasts].every(
      (family) => expected.get(family) === 0,
    );
    const hasRest = await this.connection.operation(() =>
      readProjection(this.connection, projectionKeys(generation)),
    );
    if (!isWhole || !hasRest) throw corrupt('The foundations were not written as a whole');
  }

  saveAgents(foundations: readonly Foundation[]): Promise<void> {
    return this.write(
      foundations.flatMap(({ entry, state }) => [
        this.sealed(FOUNDATION.entries, entry.no, entry),
        this.stateEntry(FOUNDATION.states, entry.no, entry.seq, state),
      ]),
    );
  }

  savePasts(pasts: readonly Past[]): Promise<void> {
    return this.write(pasts.map(({ no, state }) => this.stateEntry(FOUNDATION.pasts, no, 0, state)));
  }

  saveEvents(events: readonly JournalledEvent[]): Promise<void> {
    return this.write(events.map((event) => this.sealed(FOUNDATION.events, event.seq, event)));
  }

  saveProjection(projection: Projection): Promise<void> {
    return this.connection.operation(async () => {
      await this.connection.write(SAVING, await projectionPuts(projection, projectionKeys(this.next)));
    });
  }

  /** Takes what is of no one agent over into the next generation. */
  keepRest(): Promise<void> {
    return this.connection.operation(async () => {
      for (const family of [FOUNDATION.events, FOUNDATION.projections]) {
        const range = foundationRange(this.inForce.generation, family);
        for await (const entries of this.connection.entries(READING, range)) {
          for (const [key, value] of entries) {
            const { no } = foundationPartsOf(key) ?? { no: 0 };
            const kept = unsealJson(key, value);
            if (kept === undefined) throw corrupt('The foundations are damaged');
            const [to, sealed] = this.sealed(family, no, kept);
            await this.connection.write(SAVING, [put(to, sealed)]);
          }
        }
      }
    });
  }

  replace(): Promise<void> {
    return this.commit(this.inForce);
  }

  /**
   * Puts the next generation in force, and drops the records that it stands in for, in one write.
   *
   * @param more what is to be written with it
   */
  commit(dropped: Omit<Dropped, 'generation'>, more: readonly Put[] = []): Promise<void> {
    return this.connection.operation(async () => {
      const next = { ...dropped, generation: this.next };
      const operations = [droppedPut(next), del(buildingKey(this.next)), ...more];
      await this.connection.write('Dropping records', operations);
      this.inForce = next;
      this.floor.seq = dropped.seq;
    });
  }

  /** Removes the generation that is not in force. */
  async sweep(): Promise<void> {
    await this.begin();
    await pause();
  }

  private get next(): number {
    return 1 - this.inForce.generation;
  }

  private async state(family: FoundationFamily, no: number): Promise<LoadResult> {
    return await this.connection.operation(async () => {
      const key = foundationKey(this.inForce.generation, family, no);
      const value = await this.connection.get(READING, key);
      return value === undefined ? damaged(no, 'its foundation is missing') : decodeState(no, value);
    });
  }

  private async readEvent(seq: number): Promise<JournalledEvent | undefined> {
    const key = foundationKey(this.inForce.generation, FOUNDATION.events, seq);
    const value = await this.connection.get(READING, key);
    if (value === undefined) return undefined;
    const event = unsealJson(key, value) as JournalledEvent | undefined;
    if (event !== undefined) return event;
    throw corrupt(`The event of record ${seq}, kept to be taken anew, is damaged`, { seq });
  }

  private async *readEntries(): AsyncGenerator<DirectoryEntry[], void> {
    const { generation, agents } = this.inForce;
    let count = 0;
    if (agents === 0) return;
    for await (const entries of this.connection.entries(
      READING,
      foundationRange(generation, FOUNDATION.entries),
    )) {
      yield await mapped(entries, (entry) => openEntry(entry));
      count += entries.length;
    }
    if (count !== agents) throw corrupt(`Foundations are missing: expected ${agents}, found ${count}`);
  }

  private async *readEvents(): AsyncGenerator<JournalledEvent[], void> {
    const range = foundationRange(this.inForce.generation, FOUNDATION.events);
    if (this.inForce.seq === 0) return;
    for await (const entries of this.connection.entries(READING, range)) {
      yield await mapped(entries, ([key, value]) => {
        const event = unsealJson(key, value) as JournalledEvent | undefined;
        if (event?.seq === foundationPartsOf(key)?.no) return event as JournalledEvent;
        throw corrupt('An event that was kept to be taken anew is damaged');
      });
    }
  }

  private sealed(family: FoundationFamily, no: number, value: unknown): Entry {
    const key = foundationKey(this.next, family, no);
    return [key, sealJson(key, value)];
  }

  private stateEntry(family: FoundationFamily, no: number, seq: number, state: unknown): Entry {
    return [foundationKey(this.next, family, no), encodeState(no, seq, state)];
  }

  /** As durable as the journal: it is to take the place of a part of it. */
  private write(entries: readonly Entry[]): Promise<void> {
    const puts = entries.map(([key, value]) => put(key, value));
    return this.connection.operation(async () => {
      if (puts.length > 0) await this.connection.write(SAVING, puts);
    });
  }
}

/** The families of entries, a chunk at a time. */
async function* placesOf(chunks: AsyncIterable<readonly Entry[]>): AsyncGenerator<number[], void> {
  for await (const entries of chunks) {
    yield entries.map(([key, value]) => {
      const { family, no } = foundationPartsOf(key) ?? { family: FOUNDATION.entries, no: 0 };
      const isState = family === FOUNDATION.states || family === FOUNDATION.pasts;
      const isSound = isState ? decodeState(no, value).status === 'ok' : unseal(key, value) !== undefined;
      if (!isSound) throw corrupt('The foundations were damaged before they were in force');
      return family;
    });
    await pause();
  }
}

/** Where the pieces of the projection of a generation lie. */
export function projectionKeys(generation: number): (number: number) => Buffer {
  return (number) => foundationKey(generation, FOUNDATION.projections, number);
}

function lost(agentId: string, loaded: Exclude<LoadResult, { status: 'ok' }>): Error {
  const reason = 'error' in loaded ? loaded.error.message : 'it is missing';
  return corrupt(
    `Agent ${JSON.stringify(agentId)} cannot be rebuilt: its foundation, which stands in for dropped records, is not sound: ${reason}`,
  );
}

function openEntry([key, value]: Entry): DirectoryEntry {
  const { success, data } = entrySchema.safeParse(unsealJson(key, value));
  if (success && foundationPartsOf(key)?.no === data.no) return data;
  throw corrupt('The foundation of an agent is damaged');
}
