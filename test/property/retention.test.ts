import fc from 'fast-check';
import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { TrackerOptions } from '../../src/options.js';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { deleteRaw } from '../store/support/raw.js';
import { type Arrival, anyHistory } from '../support/arbitraries.js';
import { clockAt, collect, DAY, idle } from '../support/tracker.js';

const AGENTS = ['ada', 'bob'];
const OPTIONS = { windows: ['1d', '3d'], minDataPoints: 2, maxActiveAgents: 1 };
const SHORT = { ...OPTIONS, retention: '5d' };
const LONG = { ...OPTIONS, retention: '36500d' };

/** Everything that can be asked of a tracker of times from a moment on. */
async function answers(tracker: Tracker, from: number, now: number) {
  await tracker.flush();
  const moments = [from, from + DAY / 3, (from + now) / 2, now - DAY, now - 1, now].filter(
    (at) => at >= from && at <= now,
  );
  return {
    agents: await tracker.agents(),
    performances: await Promise.all(AGENTS.map((agentId) => tracker.performance(agentId))),
    asOf: await Promise.all(
      moments.flatMap((at) => AGENTS.map((agentId) => tracker.performance(agentId, Math.floor(at)))),
    ),
    events: await collect(tracker.events({ from })),
    ofAda: await collect(tracker.events({ agentId: 'ada', from, reverse: true })),
    company: await tracker.query({ from }),
    byAgent: await tracker.query({ from, groupBy: 'agent' }),
    byProject: await tracker.query({ from: from + DAY / 2, groupBy: 'project' }),
    quality: await tracker.series({ metric: 'quality', every: '1d', from }),
    log: await collect(tracker.log()),
    letters: await collect(tracker.deadLetters()),
  };
}

/** Where everything begins that is kept, once nothing is dropped any more. */
async function horizonOf(tracker: Tracker): Promise<number> {
  await idle(tracker);
  return (await tracker.query({})).from;
}

interface Pair {
  readonly short: Tracker;
  readonly long: Tracker;
}

/** Two trackers of the same events: one drops what is older than a few days, the other nothing. */
class Twins {
  readonly clock = clockAt(0);
  readonly shortDb = new MemoryLevel();
  private readonly longDb = new MemoryLevel();
  private pair: Pair | undefined;

  async open(more: TrackerOptions = {}): Promise<Pair> {
    const { clock } = this;
    this.pair = {
      short: await openTracker({ db: this.shortDb, clock, ...SHORT, ...more }),
      long: await openTracker({ db: this.longDb, clock, ...LONG, ...more, retention: LONG.retention }),
    };
    return this.pair;
  }

  async close(): Promise<void> {
    await this.pair?.short.close();
    await this.pair?.long.close();
  }

  /** An event of a time that is not kept is refused by the one, and not recorded by the other. */
  async record({ now, input }: Arrival): Promise<void> {
    const { short, long } = this.pair as Pair;
    if (now > this.clock.now()) this.clock.set(now);
    try {
      await short.record(input);
    } catch (error) {
      expect(error).toMatchObject({ code: 'TENURE_INVALID_EVENT', path: 'at' });
      return;
    }
    await long.record(input);
  }

  /** What both say of the time that is kept; where that begins. */
  async answers() {
    const { short, long } = this.pair as Pair;
    const horizon = await horizonOf(short);
    const ask = (tracker: Tracker) => answers(tracker, horizon, this.clock.now());
    return { horizon, short: await ask(short), long: await ask(long) };
  }
}

type Break = 'on' | 'reopened' | 'rebuilt' | 'other windows';
const anyBreaks = fc.array(fc.constantFrom<Break>('on', 'reopened', 'rebuilt', 'other windows'), {
  minLength: 8,
  maxLength: 8,
});

async function goOn(twins: Twins, how: Break): Promise<void> {
  if (how === 'on') return;
  await twins.close();
  if (how === 'rebuilt') {
    await twins.shortDb.open();
    await deleteRaw(twins.shortDb, Buffer.from('!meta!agents'));
    await twins.shortDb.close();
  }
  if (how === 'other windows') {
    await twins.open({ windows: ['2d'] });
    await twins.close();
  }
  await twins.open();
}

describe('a tracker that drops what is older than its retention', () => {
  it('answers whatever is asked of the time that it keeps as one that drops nothing', async () => {
    let dropped = 0;
    const histories = anyHistory({ agents: AGENTS, minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(histories, anyBreaks, async (history, breaks) => {
        const twins = new Twins();
        await twins.open();
        const size = Math.ceil(history.length / breaks.length);
        let isSame = true;
        for (const [i, arrival] of history.entries()) {
          await twins.record(arrival);
          if (i % size !== size - 1) continue;
          const how = breaks[Math.floor(i / size)] as Break;
          await goOn(twins, how);
          isSame &&= how !== 'other windows';
          const { horizon, short, long } = await twins.answers();
          if (horizon > 0) dropped++;
          if (isSame) expect(short).toEqual(long);
          // What is dropped cannot be judged by other rules: figures are the same, turns of trends need not be.
          else expect(figuresOf(short)).toEqual(figuresOf(long));
        }
        await twins.close();
        const { findings } = await verifyDatabase({ db: twins.shortDb, ...SHORT });
        expect(findings).toEqual([]);
      }),
      { numRuns: Number(process.env.RETENTIONS ?? 8), endOnFailure: process.env.CI !== undefined },
    );
    expect(dropped).toBeGreaterThan(4);
  }, 1_800_000);
});

function figuresOf({ company, byAgent, byProject, quality, events }: Awaited<ReturnType<typeof answers>>) {
  return { company, byAgent, byProject, quality: quality.buckets, events };
}
