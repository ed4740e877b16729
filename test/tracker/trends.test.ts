import { describe, expect, it } from 'vitest';
import type { TrackerOutput, TrendChanged } from '../../src/agent/outputs.js';
import type { TrendDetectionStrategy } from '../../src/trends/types.js';
import { collect, DAY, fading, HOUR, openInMemory, START, task } from '../support/tracker.js';

/** Declining as soon as there are enough points: makes turns happen where a test wants them. */
const gloomy: TrendDetectionStrategy = {
  name: 'gloomy',
  detect: ({ metric, window, points }) => ({
    metric,
    window,
    direction: points.length < 5 ? 'insufficient_data' : 'declining',
    slope: -1,
    slopeInterval: null,
    pValue: 0.01,
    adjustedPValue: 0.01,
    threshold: 0.1,
    dataPointCount: points.length,
    since: null,
    evaluatedAt: null,
  }),
};

describe('trends', () => {
  it('turn as events come, are told to subscribers and to the actor, and stand in the log', async () => {
    const { tracker, clock } = await openInMemory();
    const live: TrendChanged[] = [];
    tracker.transitions$.subscribe((transition) => live.push(transition));
    const atActor: TrackerOutput[] = [];
    for (const event of fading(40)) {
      clock.set(Number(event.at));
      await tracker.record(event);
      if (event.id === 'ada-0')
        tracker.agentActor('ada')?.on('trend.changed', (turned) => atActor.push(turned));
    }
    const quality30 = live.filter(({ metric, window }) => metric === 'quality' && window === '30d');
    expect(quality30.at(-1)).toMatchObject({
      to: 'declining',
      before: { direction: quality30.at(-1)?.from },
      after: { direction: 'declining', since: quality30.at(-1)?.at, evaluatedAt: quality30.at(-1)?.at },
    });
    expect(atActor).toEqual(live);
    expect((await collect(tracker.log())).filter(({ type }) => type === 'trend.changed')).toEqual(live);
    const trends = (await tracker.performance('ada'))?.trends;
    expect(trends?.find(({ metric, window }) => metric === 'quality' && window === '30d')?.direction).toBe(
      'declining',
    );
    await tracker.close();
  });

  it('turn by the passing of time alone, once, however many ticks were missed', async () => {
    const { tracker, clock } = await openInMemory({ windows: ['7d'], strategies: { trend: gloomy } });
    clock.increment(6 * HOUR);
    await tracker.recordAll([0, 1, 2, 3, 4].map((n) => task(n)));
    const turns: TrackerOutput[] = [];
    tracker.transitions$.subscribe((turn) => turns.push(turn));
    clock.increment(30 * DAY);
    await tracker.flush();
    expect(turns).toMatchObject([
      { metric: 'quality', from: 'declining', to: 'insufficient_data', at: clock.now() },
    ]);
    clock.increment(30 * DAY);
    await tracker.flush();
    expect(turns).toHaveLength(1);
    await tracker.close();
  });

  it('look at time no more than once an hour, and leave alone whom it does not change', async () => {
    const { tracker, clock } = await openInMemory();
    clock.increment(6 * HOUR);
    await tracker.recordAll([0, 1, 2, 3, 4].map((n) => task(n)));
    const { seq } = tracker.actor.getSnapshot().context;
    for (let hour = 0; hour < 24; hour++) clock.increment(HOUR);
    await tracker.flush();
    expect(tracker.actor.getSnapshot().context.seq).toBe(seq);
    await tracker.close();
  });

  it('are catched up with from the log after a sequence number', async () => {
    const { tracker, clock } = await openInMemory({ strategies: { trend: gloomy } });
    clock.increment(9 * HOUR);
    for (let n = 0; n < 9; n++) await tracker.record(task(n));
    const log = await collect(tracker.log());
    expect(new Set(log.map(({ seq, position }) => `${seq}.${position}`)).size).toBe(log.length);
    const middle = log[0]?.seq as number;
    expect(await collect(tracker.log(middle))).toEqual(log.filter(({ seq }) => seq > middle));
    await tracker.close();
  });

  it('are as of then when the past is asked for', async () => {
    const { tracker, clock } = await openInMemory();
    clock.increment(41 * DAY);
    await tracker.recordAll(fading(40));
    const early = await tracker.performance('ada', START + 4 * DAY + 1);
    expect(early?.windows.map(({ tasksCompleted }) => tasksCompleted)).toEqual([5, 5, 5]);
    expect(early?.asOf).toBe(START + 4 * DAY + 1);
    expect(await tracker.performance('ada', START - 1)).toBeUndefined();
    await tracker.close();
  });
});
