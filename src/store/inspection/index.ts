import { unseal } from '../codec/seal.js';
import { type Connection, del } from '../connection.js';
import { Journal, recordsOf } from '../journal.js';
import { metaKey, partOf, partRange } from '../keys.js';
import type { Meta } from '../meta.js';
import { groupsOf, hourOf, hourOfShelf, shelfOf } from '../timeline-counts.js';
import { countOf, type Mend, mendsOfBlock, strayGroups, strayIds } from './finders.js';
import type { Finding } from './finding.js';
import { inspectFoundations } from './foundations.js';
import { soundBlocks } from './journal.js';
import { inspectOutputs } from './outputs.js';
import { inspectRollups } from './rollups.js';
import { inspectSnapshots, type Known } from './snapshots.js';

export type { Mend } from './finders.js';
export type { Finding } from './finding.js';

/** Parts that this inspection knows in full; all others must at least be sealed. */
const KNOWN = [
  'meta',
  'journal',
  'ids',
  'timeline',
  'directory',
  'states',
  'index',
  'outputs',
  'foundations',
];

const LAYOUT_UNKNOWN = 'What the states are made with, which was noted, is not known any more';
const CHECKPOINT_UNKNOWN = 'Up to which record the snapshots reach is not known any more';

export interface Inspection {
  readonly findings: readonly (Finding | Mend)[];
  /** Whether every record of the journal can be read. */
  readonly isJournalSound: boolean;
  /** How many agents the journal has, with what stands in for its dropped records. */
  readonly agents: number;
}

/**
 * Reads a whole database and compares every entry with what the journal says it should be.
 *
 * @param onProgress told how many records of the journal were read
 */
export async function inspect(
  connection: Connection,
  meta: Meta,
  onProgress: (seq: number) => void,
): Promise<Inspection> {
  const findings: (Finding | Mend)[] = [];
  const note = (finding: Finding | Mend): void => {
    findings.push(finding);
  };
  const seen = await inspectJournal(connection, meta, note, onProgress);
  const isJournalSound = !findings.some(({ part }) => part === 'journal');
  if (isJournalSound) {
    for (const mend of await strays(connection, seen)) note(mend);
    checkTimelineCounts(meta, seen.shelves, note);
    const { names, events } = await inspectFoundations(connection, meta.dropped, note);
    for (const [no, agentId] of names) {
      if (!seen.agents.has(no)) seen.agents.set(no, { agentId, seqs: [] });
    }
    const areFounded = !findings.some(({ part }) => part === 'foundations');
    for await (const finding of inspectSnapshots(connection, meta, { agents: seen.agents, events })) {
      // Whose foundation is damaged may have nothing else that knows of it.
      if (areFounded || finding.part !== 'directory') note(finding);
    }
  }
  for await (const finding of inspectOutputs(connection, meta)) note(finding);
  for await (const finding of inspectRollups(connection, meta.rollups)) note(finding);
  if (!meta.isCheckpointKnown) note({ part: 'meta', message: CHECKPOINT_UNKNOWN, repairable: true });
  if (meta.isLayoutDamaged) note({ part: 'meta', message: LAYOUT_UNKNOWN, repairable: true });
  for await (const finding of unsealed(connection)) note(finding);
  // They are numbered as they first appear, so that one whose first record cannot be read counts as well.
  const agents = Math.max(meta.dropped.known, seen.lastAgent);
  return { findings, isJournalSound, agents };
}

interface Seen {
  readonly agents: Map<number, Known>;
  readonly shelves: Map<number, number>;
  /** The greatest number of an agent. */
  lastAgent: number;
  events: number;
  /** Entries that are where they should be. */
  ids: number;
  groups: number;
}

async function inspectJournal(
  connection: Connection,
  meta: Meta,
  note: (finding: Finding | Mend) => void,
  onProgress: (seq: number) => void,
): Promise<Seen> {
  const { head, timeline, dropped } = meta;
  const seen: Seen = { agents: new Map(), shelves: new Map(), lastAgent: 0, events: 0, ids: 0, groups: 0 };
  let watermark = 0;
  for await (const block of soundBlocks(connection, { floor: dropped.seq, lastSeq: head.lastSeq }, note)) {
    const { mends, events, ids, groups } = await mendsOfBlock(connection, block);
    seen.ids += ids;
    seen.groups += groups;
    if (block.at(-1)!.seq <= dropped.seq) continue;
    for (const mend of mends) note(mend);
    seen.events += events;
    if (block[0].seq <= (timeline?.seq ?? 0)) {
      for (const group of groupsOf(block)) {
        seen.shelves.set(shelfOf(group), (seen.shelves.get(shelfOf(group)) ?? 0) + 1);
      }
    }
    for (const record of block) {
      watermark = Math.max(watermark, record.now);
      if (record.kind !== 'event') continue;
      seen.lastAgent = Math.max(seen.lastAgent, record.agentNo);
      const known = seen.agents.get(record.agentNo);
      if (known) known.seqs.push(record.seq);
      else seen.agents.set(record.agentNo, { agentId: record.event.agentId, seqs: [record.seq] });
    }
    onProgress(block.at(-1)!.seq);
  }
  const isMarked = head.watermark === watermark || head.lastSeq === dropped.seq;
  if (head.events !== dropped.events + seen.events || !isMarked) {
    const message = `The head says ${head.events} events up to ${head.watermark}, the journal has ${dropped.events + seen.events} up to ${watermark}`;
    note({ part: 'journal', message, repairable: false });
  }
  return seen;
}

async function strays(connection: Connection, seen: Seen): Promise<Mend[]> {
  const journal = new Journal(connection);
  const blockAt = async (seq: number) => {
    try {
      return await recordsOf(await journal.blockAt(seq));
    } catch {
      return [];
    }
  };
  const idOf = async (seq: number) => {
    try {
      const record = (await journal.blockOf(seq)).record(seq);
      return record.kind === 'event' ? record.event.id : undefined;
    } catch {
      return undefined;
    }
  };
  const mends: Mend[] = [];
  if ((await countOf(connection, 'ids')) > seen.ids) mends.push(...(await strayIds(connection, idOf)));
  if ((await countOf(connection, 'timeline')) > seen.groups)
    mends.push(...(await strayGroups(connection, blockAt)));
  return mends;
}

function checkTimelineCounts(
  { timeline, dropped }: Meta,
  shelves: ReadonlyMap<number, number>,
  note: (finding: Mend) => void,
): void {
  const saved = kept(timeline?.counts ?? [], dropped.horizon);
  const found = kept(shelves, dropped.horizon);
  const isSame =
    saved.size === found.size && [...found].every(([shelf, count]) => saved.get(shelf) === count);
  if (timeline !== undefined && isSame) return;
  const message = 'How many entries the timeline has is not known any more, or wrong';
  // They are counted anew by the next one who needs them.
  note({ part: 'meta', message, repairable: true, repair: del(metaKey('timeline')) });
}

/** Entries of hours of which all is kept. */
function kept(shelves: Iterable<readonly [number, number]>, horizon: number): Map<number, number> {
  return new Map([...shelves].filter(([shelf]) => hourOfShelf(shelf) >= hourOf(horizon)));
}

/** What lies in other parts, or in none. */
async function* unsealed(connection: Connection): AsyncGenerator<Finding, void> {
  const everything = { gte: Buffer.alloc(0), lte: Buffer.alloc(16, 0xff) };
  let after: Buffer = everything.gte;
  const bounds = KNOWN.toSorted().map(partRange);
  for (const { gte, lte } of [...bounds, { gte: everything.lte, lte: everything.lte }]) {
    for await (const entries of connection.entries('Reading other parts', { gte: after, lte: gte })) {
      for (const [key, value] of entries) {
        const part = partOf(key);
        if (part !== undefined && KNOWN.includes(part)) continue;
        if (part !== undefined && unseal(key, value) !== undefined) continue;
        const message = `The entry under ${JSON.stringify(key.toString('latin1'))} is damaged, or not of Tenure`;
        yield { part: part ?? 'unknown', message, repairable: part !== undefined };
      }
    }
    after = lte;
  }
}
