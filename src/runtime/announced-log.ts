import type { AgentOutput, TrackerOutput } from '../agent/outputs.js';
import type { Announced } from '../agent/step.js';
import type { Gap, OutputGap, Store } from '../store/types.js';

const NOTHING: Announced = [];

/**
 * What the log says of the standing of agents, by the record that caused it. A replay takes it from here: what was
 * announced stands, whatever the policy of today would have said.
 */
export class AnnouncedLog {
  private readonly bySeq = new Map<number, AgentOutput[]>();
  /** Records of which something may be damaged or gone. */
  readonly gaps: Gap[] = [];

  private constructor(private readonly upTo: number) {}

  /**
   * Takes what was announced of everybody.
   *
   * @param upTo the log is complete up to this record: what it does not hold was not said
   */
  static async of(outputs: AsyncIterable<TrackerOutput>, upTo: number): Promise<AnnouncedLog> {
    const log = new AnnouncedLog(upTo);
    for await (const output of outputs) {
      if (output.seq > upTo) break;
      log.note(output);
    }
    return log;
  }

  /**
   * Reads what was announced after a record, of everybody or of one agent. Where outputs are damaged or gone, what their
   * records made anybody say is left to the rules in force, which it was said by.
   *
   * @throws TenureError `TENURE_CORRUPT` when it was said by other rules
   */
  static async readSound(store: Store, after: number, upTo: number, agentId?: string): Promise<AnnouncedLog> {
    const log = new AnnouncedLog(upTo);
    const outputs = store.soundOutputs(after) as AsyncIterable<TrackerOutput | OutputGap>;
    for await (const output of outputs) {
      if ('gap' in output) {
        if (output.gap.from > upTo) break;
        // Whoever reads over it is told what is wrong.
        if (output.gap.from <= store.settled) {
          return await AnnouncedLog.of(store.outputs(after) as AsyncIterable<TrackerOutput>, upTo);
        }
        log.noteGap(output.gap);
      } else if (output.seq <= upTo) {
        log.note(output, agentId);
      }
    }
    return log;
  }

  /** Gaps that have a record in common are one. */
  private noteGap({ from, to }: Gap): void {
    const before = this.gaps.at(-1);
    if (before && from <= before.to) this.gaps[this.gaps.length - 1] = { from: before.from, to };
    else this.gaps.push({ from, to });
  }

  private note(output: TrackerOutput, agentId?: string): void {
    if (!isOfStanding(output) || (agentId !== undefined && output.agentId !== agentId)) return;
    const said = this.bySeq.get(output.seq);
    if (said) said.push(output);
    else this.bySeq.set(output.seq, [output]);
  }

  /** Whether something that a record made anybody say may be damaged or gone. */
  isInGap(seq: number): boolean {
    return isWithin(this.gaps, seq);
  }

  /** What a record made an agent say, `undefined` where the log does not reach, or is damaged. */
  of(seq: number, agentId: string): Announced | undefined {
    if (seq > this.upTo || this.isInGap(seq)) return undefined;
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

/** Whether a record is in one of some gaps, which are in order. */
export function isWithin(gaps: readonly Gap[], seq: number): boolean {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gaps[middle]!.to < seq) low = middle + 1;
    else high = middle;
  }
  return low < gaps.length && gaps[low]!.from <= seq;
}

/** Whether a tick is about an agent: it is due, or it was when the tick came, and said something. */
export function isConcerned(dueAt: number, now: number, announced: Announced | undefined): boolean {
  return dueAt <= now || (announced !== undefined && announced.length > 0);
}
