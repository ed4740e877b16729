import { frozenData } from './agent/frozen-data.js';
import type { AgentSummary } from './agent/performance.js';
import { pack, unpack } from './packing.js';
import type { PersistentMap } from './persistent-map.js';

/**
 * What the scoreboard shows of one agent: an object, or, once it was put to rest, a few bytes that the object is made of
 * again whenever somebody looks. As long as anybody holds on to it, it is the same object.
 */
export class Line {
  private kept: AgentSummary | string;
  /** The object that was handed out, if any, as long as anybody holds it. */
  private told: WeakRef<AgentSummary> | undefined;

  /** @param summary nobody else's */
  constructor(summary: AgentSummary) {
    this.kept = summary;
  }

  /** For the host, frozen all the way down: not before, for most lines are replaced before anybody looks. */
  tell(agentId: string): AgentSummary {
    const summary = this.look(agentId);
    if (this.told?.deref() !== summary) this.told = new WeakRef(frozenData(summary, 'summary'));
    return summary;
  }

  /** For a moment, not to be held. */
  look(agentId: string): AgentSummary {
    if (typeof this.kept !== 'string') return this.kept;
    return this.told?.deref() ?? (unpack(this.kept, agentId) as AgentSummary);
  }

  rest(agentId: string): void {
    if (typeof this.kept !== 'string') this.kept = pack(frozenData(this.kept, 'summary'), agentId);
  }
}

/** The lines as a host sees them: a map of summaries. */
export class Lines implements ReadonlyMap<string, AgentSummary> {
  constructor(private readonly lines: PersistentMap<Line>) {}

  get size(): number {
    return this.lines.size;
  }

  get(agentId: string): AgentSummary | undefined {
    return this.lines.get(agentId)?.tell(agentId);
  }

  has(agentId: string): boolean {
    return this.lines.has(agentId);
  }

  forEach(
    visit: (summary: AgentSummary, agentId: string, map: ReadonlyMap<string, AgentSummary>) => void,
  ): void {
    for (const [agentId, summary] of this) visit(summary, agentId, this);
  }

  *[Symbol.iterator](): Generator<[string, AgentSummary], undefined> {
    for (const [agentId, line] of this.lines) yield [agentId, line.tell(agentId)];
    return undefined;
  }

  entries(): Generator<[string, AgentSummary], undefined> {
    return this[Symbol.iterator]();
  }

  keys(): Generator<string, undefined> {
    return this.lines.keys();
  }

  *values(): Generator<AgentSummary, undefined> {
    for (const [agentId, line] of this.lines) yield line.tell(agentId);
    return undefined;
  }
}
