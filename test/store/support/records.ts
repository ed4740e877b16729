import type { RowChange } from '../../../src/store/rollups/changes.js';
import type { AttemptRow } from '../../../src/store/rollups/totals.js';
import type { AgentSnapshot, NewEventRecord, Output, Store, TickRecord } from '../../../src/store/types.js';

export const NOON = Date.UTC(2026, 0, 31, 12);

/** A completed task of agent 0, unless told otherwise. */
export function eventRecord(seq: number, fields: Partial<NewEventRecord> = {}): NewEventRecord {
  const { id = `event-${seq}`, at = NOON + seq, agentNo = 0 } = fields;
  const event = { type: 'task.completed', id, agentId: `agent-${agentNo}`, at, taskId: `task-${seq}` };
  return { kind: 'event', seq, now: NOON + seq, agentNo, id, at, json: JSON.stringify(event), ...fields };
}

export function tickRecord(seq: number, now = NOON + seq): TickRecord {
  return { kind: 'tick', seq, now };
}

/** What the store should answer for {@link eventRecord}. */
export function storedEvent(record: NewEventRecord) {
  const stamped = record.department === undefined ? {} : { department: record.department };
  return { ...stamped, ...JSON.parse(record.json), seq: record.seq, recordedAt: record.now };
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Appends events with consecutive sequence numbers, by default one commit. */
export async function appendEvents(store: Store, count: number, fields: Partial<NewEventRecord> = {}) {
  const first = store.lastSeq + 1;
  const records = range(first, first + count - 1).map((seq) => eventRecord(seq, fields));
  await store.append(records);
  return records;
}

export function output(seq: number, position = 0, text = ''): Output & { text: string } {
  return { type: 'trend.changed', seq, position, at: NOON, agentId: 'agent-0', text };
}

export function snapshot(no: number, seq: number, newSeqs: readonly number[] = []): AgentSnapshot {
  return {
    entry: { no, agentId: `agent-${no}`, seq, department: 'engineering' },
    state: { points: [1, 2.5, null], text: 'as of', seq },
    newSeqs,
  };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A finished attempt of agent 0 that no roll-up has yet. */
export function rowChange(store: Store, seq = 1, more: Partial<AttemptRow> = {}): RowChange {
  const after = { at: seq, seq, succeeded: true, quality: 7, cost: 1, completionMs: null, tokens: null };
  const pair = store.rollups.scopes.pair('research', undefined);
  return { agentNo: 0, pair, before: undefined, after: { ...after, toolCalls: null, ...more }, parts: [] };
}
