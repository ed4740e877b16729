import { frozenData } from '../agent/frozen-data.js';
import type { AgentSummary } from '../agent/performance.js';
import { briefOf } from '../agent/summary.js';
import type { TrendName } from '../agent/trends.js';
import type { Rows } from '../rows/rows.js';
import { readRow } from './row.js';

/** Who the agents are that a scoreboard shows. */
export interface Roster {
  /** The number of an agent, from 1 on; `undefined` for one that nobody has heard of. */
  readonly numberOf: (agentId: string) => number | undefined;
  /** The id of the agent of a number that there is. */
  readonly idOf: (no: number) => string;
  /** What the trends of all of them are called. */
  readonly trends: readonly TrendName[];
}

/** Makes the objects that a host sees of rows. As long as anybody holds one, the same row is the same object. */
export class Teller {
  /** What was handed out, by number and bytes. */
  private readonly told = new Map<string, WeakRef<AgentSummary>>();
  private readonly lost = new FinalizationRegistry<string>((key) => {
    if (this.told.get(key)?.deref() === undefined) this.told.delete(key);
  });

  constructor(readonly roster: Roster) {}

  /** An agent as a version of the rows shows it, frozen all the way down. */
  tell(rows: Rows, no: number, agentId: string): AgentSummary | undefined {
    const bytes = rows.key(no);
    if (bytes === undefined) return undefined;
    const key = `${no}:${bytes}`;
    const known = this.told.get(key)?.deref();
    if (known) return known;
    const outline = rows.read(no, (row) => readRow(row, agentId)) as ReturnType<typeof readRow>;
    const summary = frozenData(briefOf(outline, this.roster.trends), 'summary');
    this.told.set(key, new WeakRef(summary));
    this.lost.register(summary, key);
    return summary;
  }
}

/** The lines of a scoreboard at a moment as a host sees them: a map of summaries by agent id. */
export class Lines implements ReadonlyMap<string, AgentSummary> {
  // Nothing to compare or to print two states of a scoreboard by: it is how they come about.
  readonly #rows: Rows;
  readonly #teller: Teller;

  constructor(rows: Rows, teller: Teller) {
    this.#rows = rows;
    this.#teller = teller;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(agentId: string): AgentSummary | undefined {
    const no = this.#teller.roster.numberOf(agentId);
    return no === undefined ? undefined : this.#teller.tell(this.#rows, no, agentId);
  }

  has(agentId: string): boolean {
    const no = this.#teller.roster.numberOf(agentId);
    return no !== undefined && this.#rows.has(no);
  }

  forEach(
    visit: (summary: AgentSummary, agentId: string, map: ReadonlyMap<string, AgentSummary>) => void,
  ): void {
    for (const [agentId, summary] of this) visit(summary, agentId, this);
  }

  *[Symbol.iterator](): Generator<[string, AgentSummary], undefined> {
    for (const no of this.#rows.numbers()) {
      const agentId = this.#teller.roster.idOf(no);
      yield [agentId, this.#teller.tell(this.#rows, no, agentId) as AgentSummary];
    }
    return undefined;
  }

  entries(): Generator<[string, AgentSummary], undefined> {
    return this[Symbol.iterator]();
  }

  *keys(): Generator<string, undefined> {
    for (const no of this.#rows.numbers()) yield this.#teller.roster.idOf(no);
    return undefined;
  }

  *values(): Generator<AgentSummary, undefined> {
    for (const [, summary] of this) yield summary;
    return undefined;
  }
}
