import { pause } from '../store/breathe.js';
import type { RowChange } from '../store/rollups/changes.js';
import type { Rollups } from '../store/rollups/rollups.js';
import type { Pair, Scope, ScopeBook } from '../store/rollups/scopes.js';
import { DAYS, HOURLY } from '../store/rollups/slots.js';
import type { Collector } from './collector.js';
import type { Overlay } from './overlay.js';
import {
  brokenDays,
  type Cover,
  coverOf,
  type GroupKey,
  isSelectedPair,
  type Selection,
} from './selection.js';

/** Where the answer to a question comes from. */
export interface Sources {
  /** Totals of these scopes make up the days and hours; `undefined`: single data points make up all of it. */
  readonly scopes: readonly Scope[] | undefined;
  readonly cover: Cover;
}

/** @param needsRows whether every data point has to be looked at, whatever totals there are */
export function sourcesOf(selection: Selection, book: ScopeBook, needsRows: boolean): Sources {
  const byAgent = selection.agent !== undefined || selection.groupBy === 'agent';
  const scopes = byAgent || needsRows ? undefined : scopesOf(selection, book);
  const hasHours = scopes?.every(({ kind }) => kind === 'department') ?? false;
  return { scopes, cover: coverOf(selection, { hasTotals: scopes !== undefined, hasHours }) };
}

/** The scopes that make up what is selected: no data point is in two of them. */
function scopesOf({ department, projectId, groupBy }: Selection, book: ScopeBook): Scope[] {
  if (department !== undefined && projectId !== undefined)
    return present(book.findPair(department, projectId));
  if (department !== undefined && groupBy === 'project') {
    return [...book.pairs()].filter((pair) => pair.department === department);
  }
  if (projectId !== undefined && groupBy === 'department') {
    return [...book.pairs()].filter((pair) => pair.projectId === projectId);
  }
  if (department !== undefined) return present(book.department(department));
  if (projectId !== undefined) return present(book.project(projectId));
  return [...(groupBy === 'project' ? book.projects() : book.departments())];
}

function present(scope: Scope | undefined): Scope[] {
  return scope ? [scope] : [];
}

/** Adds what is not in the stored totals. Nothing may change meanwhile, so that it is of one moment. */
export async function addInMemory(
  selection: Selection,
  { scopes, cover }: Sources,
  { overlay, coming }: { readonly overlay: Overlay; readonly coming: readonly RowChange[] },
  into: Collector,
): Promise<void> {
  for (const scope of scopes ?? []) {
    const deltas = overlay.deltas.scopes.get(scope);
    for (const [day, { totals }] of deltas?.days ?? []) {
      if (!cover.day(day)) continue;
      into.addTotals(keyOf(selection, scope, day * DAYS.ms), totals);
      const due = pause();
      if (due) await due;
    }
    for (const [hour, { totals }] of deltas?.hours ?? []) {
      if (!cover.hour(hour)) continue;
      into.addTotals(keyOf(selection, scope, hour * HOURLY.ms), totals);
      const due = pause();
      if (due) await due;
    }
  }
  const changes = selection.agent ? overlay.ofAgent(selection.agent.no) : overlay.inHours(cover.rows);
  await addChanges(changes, into);
  await addChanges(coming, into);
}

async function addChanges(changes: Iterable<RowChange>, into: Collector): Promise<void> {
  for (const change of changes) {
    into.addChange(change);
    const due = pause();
    if (due) await due;
  }
}

/** Adds what is stored. */
export async function addStored(
  selection: Selection,
  { scopes, cover }: Sources,
  rollups: Rollups,
  into: Collector,
): Promise<void> {
  if (scopes) await addTotals(selection, scopes, cover, rollups, into);
  const { agent, from, to } = selection;
  const filter = { from, to, isSelected: (pair: Pair): boolean => isSelectedPair(selection, pair) };
  const blocks = agent ? rollups.rowsByAgent(agent.no, filter) : rollups.rowsByTime(filter, cover.rows);
  for await (const block of blocks) {
    for (const [reader, pair] of block.rows()) {
      into.addStored(reader, pair);
      const due = pause();
      if (due) await due;
    }
  }
}

async function addTotals(
  selection: Selection,
  scopes: readonly Scope[],
  cover: Cover,
  rollups: Rollups,
  into: Collector,
): Promise<void> {
  const { from, to } = selection;
  const [first, last] = [Math.floor(from / DAYS.ms), Math.floor(to / DAYS.ms)];
  for await (const { scope, slots } of rollups.totals(DAYS, scopes, first, last)) {
    for (const [day, totals] of slots) {
      if (cover.day(day)) into.addTotals(keyOf(selection, scope, day * DAYS.ms), totals);
    }
    const due = pause();
    if (due) await due;
  }
  const hourly = scopes.filter(({ kind }) => kind === 'department');
  if (hourly.length === 0) return;
  for (const hours of brokenDays(cover, await rollups.days(first, last))) {
    for await (const { scope, slots } of rollups.totals(HOURLY, hourly, hours.from, hours.to)) {
      for (const [hour, totals] of slots) {
        if (cover.hour(hour)) into.addTotals(keyOf(selection, scope, hour * HOURLY.ms), totals);
      }
      const due = pause();
      if (due) await due;
    }
  }
}

/** The group of a scope's totals; nothing asks for totals by agent. */
function keyOf({ groupBy, buckets }: Selection, scope: Scope, at: number): GroupKey {
  if (buckets) return Math.floor((at - buckets.start) / buckets.ms);
  if (groupBy === 'department') return scope.department;
  return groupBy === 'project' ? scope.projectId : 0;
}
