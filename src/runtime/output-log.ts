import type { TrackerOutput } from '../agent/outputs.js';
import { isTenureError } from '../errors.js';
import { atOneFloor } from '../store/one-floor.js';
import type { Gap, OutputPosition } from '../store/types.js';
import { AnnouncedLog } from './announced-log.js';
import { type RemakingParts, remadeOutputs } from './remade-outputs.js';

/** How often one reader has what is damaged made again: a disk that damages all that it is given is not waited for. */
const MAX_ROUNDS = 3;

/** Gaps that are filled together. */
const GAPS = 64;

export interface OutputLogParts extends Omit<RemakingParts, 'isStopped'> {
  /** Told what was damaged or gone, once it is made again. */
  readonly onMended: (reason: string) => void;
}

/** What was said after a record, in order. */
export interface Log {
  after(seq: number): AsyncIterable<TrackerOutput>;
}

/**
 * The log of outputs. What is damaged or gone is made again from the journal by whoever reads over it, while everything
 * else goes on; who reads over it meanwhile waits for it.
 */
export class OutputLog implements Log {
  private running: Promise<boolean> | undefined;
  private isStopped = false;
  /** What could not be made again, once: it is not tried at every reading. */
  private readonly lost = new Set<string>();

  constructor(private readonly parts: OutputLogParts) {}

  /**
   * What was said after a record, in order.
   *
   * @throws TenureError `TENURE_CORRUPT` with its record when an output is damaged or gone and cannot be made again: its
   * record was dropped, or other windows, strategies or another policy are in force than it was made with
   */
  async *after(seq: number): AsyncGenerator<TrackerOutput, void, undefined> {
    const { store } = this.parts;
    let last: OutputPosition = { seq, position: Number.POSITIVE_INFINITY };
    for (let round = 0; ; round++) {
      try {
        const begin = round === 0 ? seq : Math.max(seq, last.seq - 1);
        for await (const output of store.outputs(begin) as AsyncIterable<TrackerOutput>) {
          if (!isAfter(output, last)) continue;
          last = output;
          yield output;
        }
        return;
      } catch (error) {
        if (!isTenureError(error, 'TENURE_CORRUPT') || round === MAX_ROUNDS) throw error;
        if ((error.seq ?? 0) <= store.foundations.dropped.seq || !(await this.isMended())) throw error;
      }
    }
  }

  /** Breaks off what is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running?.catch(() => undefined);
  }

  /** Makes again what can be made of what is damaged or gone. The answer is whether it is worth to read again. */
  private isMended(): Promise<boolean> {
    if (this.isStopped) return Promise.resolve(false);
    this.running ??= this.mend()
      .catch((error) => {
        // The journal is damaged too, say: who reads is told what is wrong with the outputs.
        if (isTenureError(error, 'TENURE_CORRUPT')) return false;
        throw error;
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private async mend(): Promise<boolean> {
    const { store, onMended } = this.parts;
    const isStopped = () => this.isStopped;
    const { gaps, remade } = await atOneFloor(store, async () => {
      const { seq: floor } = store.foundations.dropped;
      const log = await AnnouncedLog.readSound(store, floor, store.lastOutput?.seq ?? 0);
      const gaps = log.gaps.filter((gap) => !this.lost.has(nameOf(gap)));
      if (gaps.length === 0) return { gaps, remade: log.gaps.length === 0 ? [] : undefined };
      const isKnown = (seq: number) => !log.isInGap(seq);
      return { gaps, remade: await remadeOutputs({ ...this.parts, isStopped }, gaps, isKnown) };
    });
    if (this.isStopped) return false;
    const mended: Gap[] = [];
    // Nothing is announced meanwhile.
    for (let start = 0; remade && start < gaps.length; start += GAPS) {
      mended.push(...(await store.mendOutputs(remade, gaps.slice(start, start + GAPS))));
    }
    for (const gap of gaps) if (!mended.includes(gap)) this.lost.add(nameOf(gap));
    if (mended.length > 0) onMended(inWords(mended));
    // Somebody else may have found and mended it: then there is nothing left to mend.
    return mended.length > 0 || (gaps.length === 0 && remade !== undefined);
  }
}

/** What was damaged, for whoever is told that it was made again. */
export function inWords(mended: readonly Gap[]): string {
  return `outputs of records ${mended[0]?.from} to ${mended.at(-1)?.to} were damaged or gone`;
}

function isAfter(output: OutputPosition, { seq, position }: OutputPosition): boolean {
  return output.seq > seq || (output.seq === seq && output.position > position);
}

function nameOf({ from, to }: Gap): string {
  return `${from}-${to}`;
}
