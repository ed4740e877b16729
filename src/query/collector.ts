import { partsOf } from '../agent/collaboration.js';
import type { CollaborationObservation, CollaborationScoringStrategy } from '../scoring/types.js';
import type { RowReader } from '../store/codec/figure-rows.js';
import type { RowChange } from '../store/rollups/changes.js';
import type { Pair } from '../store/rollups/scopes.js';
import {
  addRow,
  addTotals,
  emptyTotals,
  type FigureRow,
  isObserved,
  type Totals,
} from '../store/rollups/totals.js';
import { type GroupKey, groupOf, isSelected, type Selection } from './selection.js';

/** What a group comes to. */
export interface Group {
  readonly totals: Totals;
  /** The observations themselves, for a strategy that has no additive form. */
  readonly observations: CollaborationObservation[];
}

/** Adds up what is selected, by group. */
export class Collector {
  readonly groups = new Map<GroupKey, Group>();
  private readonly partCount: number;

  /** @param agentIdOf whose an observation is, asked for only when observations are kept */
  constructor(
    private readonly selection: Selection,
    private readonly strategy: CollaborationScoringStrategy,
    private readonly agentIdOf: ((agentNo: number) => string) | undefined,
  ) {
    this.partCount = strategy.additive?.size ?? 0;
  }

  addTotals(key: GroupKey, totals: Totals): void {
    addTotals(this.group(key).totals, totals, 1);
  }

  /** Adds a stored data point of a pair that is asked for. */
  addStored(reader: RowReader, pair: Pair): void {
    const { agentNo } = reader;
    if (this.selection.agent && this.selection.agent.no !== agentNo) return;
    const key = groupOf(this.selection, agentNo, pair, reader.at);
    if (!reader.isObserved) {
      reader.addTo(this.group(key).totals);
      return;
    }
    const row = reader.row();
    const isSummed = isObserved(row) && this.partCount > 0;
    this.add(key, agentNo, row, isSummed ? partsOf(row.observation, this.strategy) : [], 1);
  }

  addChange({ agentNo, pair, before, after, parts }: RowChange): void {
    const { from, to } = this.selection;
    if (after.at < from || after.at > to || !isSelected(this.selection, agentNo, pair)) return;
    const key = groupOf(this.selection, agentNo, pair, after.at);
    if (before) this.add(key, agentNo, before, parts, -1);
    this.add(key, agentNo, after, parts, 1);
  }

  group(key: GroupKey): Group {
    let group = this.groups.get(key);
    if (!group) {
      group = { totals: emptyTotals(this.partCount), observations: [] };
      this.groups.set(key, group);
    }
    return group;
  }

  private add(key: GroupKey, agentNo: number, row: FigureRow, parts: readonly number[], sign: 1 | -1): void {
    const { totals, observations } = this.group(key);
    addRow(totals, row, parts, sign);
    if (!this.agentIdOf || !isObserved(row)) return;
    observations.push({ ...row.observation, agentId: this.agentIdOf(agentNo) });
  }
}
