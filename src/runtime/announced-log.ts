import type { AgentOutput, TrackerOutput } from '../agent/outputs.js';
import type { Announced } from '../agent/step.js';
import type { Store } from '../store/types.js';

const NOTHING: Announced = [];

/**
 * What the log says of the standing of agents, by the record that caused it. A replay takes it from here: what was
 * announced stands, whatever the policy of today would have said.
 */
export class AnnouncedLog {
  private readonly bySeq = new Map<number, AgentOutput[]>();

  private constructor(private readonly upTo: number) {}

  /**
   * Reads what was announced after a record, of everybody or of one agent.
   *
   * @param upTo the log is complete up to this record: what it does not hold was not said
   */
  static async read(store: Store, after: number, upTo: number, agentId?: string): Promise<AnnouncedLog> {
    const log = new AnnouncedLog(upTo);
    for await (const output of store.outputs(after) as AsyncIterable<TrackerOutput>) {
      if (output.seq > upTo) break;
      if (!isOfStanding(output)) continue;
      if (agentId !== undefined && output.agentId !== agentId) continue;
      const said = log.bySeq.get(output.seq);
      if (said) said.push(output);
      else log.bySeq.set(output.seq, [output]);
    }
    return log;
  }

  /** What a record made an agent say, `undefined` where the log does not reach. */
  of(seq: number, agentId: string): Announced | undefined {
    if (seq > this.upTo) return undefined;
    return this.bySeq.get(seq)?.filter((output) => output.agentId === agentId) ?? NOTHING;
  }
}

/** What a replay takes from the log. */
function isOfStanding(output: TrackerOutput): output is AgentOutput {
  return (
    output.type === 'standing.changed' ||
    output.type === 'recommendation.made' ||
    output.type === 'trust.changed'
  );
}

/** Whether a tick is about an agent: it is due, or it was when the tick came, and said something. */
export function isConcerned(dueAt: number, now: number, announced: Announced | undefined): boolean {
  return dueAt <= now || (announced !== undefined && announced.length > 0);
}
