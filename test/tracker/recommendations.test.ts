import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import type { Recommendation } from '../../src/agent/outputs.js';
import { defaultPolicy, explain } from '../../src/policy/index.js';
import { openTracker } from '../../src/tracker.js';
import { exportJournal } from '../../src/transfer/export.js';
import { importJournal } from '../../src/transfer/import.js';
import { progressiveTrust } from '../../src/trust/index.js';
import { decision, hired, live, recommendations, slacking, work } from '../support/careers.js';
import { clockAt, collect, DAY, HOUR, inDirectory, openInMemory, START } from '../support/tracker.js';

describe('a promotion', () => {
  it('is recommended once, when the gates have held for three days, with what it rests on', async () => {
    const { tracker, clock } = await openInMemory();
    const heard: Recommendation[] = [];
    tracker.recommendations$.subscribe((one) => heard.push(one));
    await tracker.recordAll([hired('ada', 'junior'), hired('bob', 'mid')]);
    await live({ tracker, clock }, 0, 40, (day) => [...work('ada', day, 9), ...work('bob', day, 6)]);
    expect(heard).toHaveLength(1);
    const [made] = heard as [Recommendation];
    expect(made).toMatchObject({
      id: `promotion-${made.seq}-ada`,
      agentId: 'ada',
      kind: 'promotion',
      fromLevel: 'junior',
      toLevel: 'mid',
      requiresApproval: false,
      policy: 'default',
    });
    expect(made.at - made.since).toBeGreaterThanOrEqual(3 * DAY);
    expect(made.at - made.since).toBeLessThan(3 * DAY + HOUR + 1);
    expect(made.windows.map(({ window }) => window)).toEqual(['30d', '90d']);
    expect(explain(made)[1]).toMatch(/^quality 9\.\d over 30d \(\d+ tasks\), threshold 7\.0$/);
    expect((await tracker.performance('ada'))?.standing).toBe('promotable');
    expect((await tracker.performance('bob'))?.standing).toBe('steady');
    expect(await recommendations(tracker)).toEqual(heard);
    await tracker.close();
  });

  it('that is approved moves the level, and the record of one level carries nobody up two', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.record(hired('ada', 'junior'));
    await live({ tracker, clock }, 0, 10, (day) => work('ada', day, 9));
    const [first] = (await recommendations(tracker)) as [Recommendation];
    await tracker.record(decision(first, 'approved', clock.now()));
    expect((await tracker.performance('ada'))?.level).toBe('mid');
    await live({ tracker, clock }, 10, 60, (day) => work('ada', day, 9));
    const [, second, ...others] = await recommendations(tracker);
    expect(others).toEqual([]);
    expect(second).toMatchObject({ fromLevel: 'mid', toLevel: 'senior', requiresApproval: true });
    expect(second!.at - first.at).toBeGreaterThanOrEqual(30 * DAY);
    // A late word about an earlier time does not undo the promotion.
    await tracker.record({ type: 'agent.level_changed', agentId: 'ada', at: START + DAY, level: 'junior' });
    expect((await tracker.performance('ada'))?.level).toBe('mid');
    expect((await tracker.performance('ada', START + 2 * DAY))?.level).toBe('junior');
    await tracker.close();
  });

  it('that is rejected is not recommended again before its criteria have held once more', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.record(hired('ada', 'junior'));
    await live({ tracker, clock }, 0, 10, (day) => work('ada', day, 9));
    const [first] = (await recommendations(tracker)) as [Recommendation];
    const decidedAt = clock.now();
    await tracker.record(decision(first, 'rejected', decidedAt));
    expect((await tracker.performance('ada'))?.level).toBe('junior');
    await live({ tracker, clock }, 10, 17, (day) => work('ada', day, 9));
    const all = await recommendations(tracker);
    expect(all).toHaveLength(2);
    expect(all[1]!.at - decidedAt).toBeGreaterThanOrEqual(3 * DAY);
    await tracker.close();
  });
});

describe('a decision', () => {
  it('about what was never proposed, or is decided on, is refused and says why', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.record(hired('ada', 'junior'));
    await live({ tracker, clock }, 0, 10, (day) => work('ada', day, 9));
    const [made] = (await recommendations(tracker)) as [Recommendation];
    const refusal = { code: 'TENURE_INVALID_EVENT', path: 'recommendationId' };
    const about = (id: string, agentId = 'ada') =>
      decision({ ...made, id, agentId }, 'approved', clock.now());
    await expect(tracker.record(about('promotion-1-ada'))).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining(`open is "${made.id}"`),
    });
    await expect(tracker.record(about(made.id, 'nobody'))).rejects.toMatchObject(refusal);
    const event = { id: 'd1', ...about(made.id) };
    const { seq } = await tracker.record(event);
    await expect(tracker.record(about(made.id))).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('decided on already'),
    });
    expect(await tracker.record(event)).toEqual({ seq, duplicate: true });
    expect((await collect(tracker.events())).filter(({ type }) => type === 'decision.recorded')).toHaveLength(
      1,
    );
    await tracker.close();
  });

  it('in the same breath as another is refused, and one that lies ahead counts as made', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.record(hired('ada', 'junior'));
    await live({ tracker, clock }, 0, 10, (day) => work('ada', day, 9));
    const [made] = (await recommendations(tracker)) as [Recommendation];
    const results = await Promise.allSettled([
      tracker.record(decision(made, 'approved', clock.now() + 60_000)),
      tracker.record(decision(made, 'rejected', clock.now())),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await tracker.performance('ada'))?.level).toBe('junior');
    clock.increment(HOUR);
    await tracker.flush();
    expect((await tracker.performance('ada'))?.level).toBe('mid');
    await tracker.close();
  });
});

describe('a termination', () => {
  it('is not recommended in the first days, requires approval, and departs the agent when it is approved', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.recordAll([hired('ada', 'mid'), hired('bob', 'mid')]);
    await live({ tracker, clock }, 0, 20, (day) => [...slacking('ada', day), ...work('bob', day, 6)]);
    const all = await recommendations(tracker);
    expect(all.map(({ kind, agentId }) => `${kind} ${agentId}`)).toEqual(['termination ada']);
    const [made] = all as [Recommendation];
    expect(made.requiresApproval).toBe(true);
    expect(made.at).toBeGreaterThanOrEqual(START + 10 * DAY);
    expect((await tracker.performance('ada'))?.standing).toBe('terminable');
    await tracker.record(decision(made, 'approved', clock.now()));
    expect((await tracker.performance('ada'))?.standing).toBe('departed');
    await tracker.close();
  });

  it('is never recommended of the last active agent of a department', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.recordAll([hired('ada', 'junior'), hired('bob', 'junior')]);
    await tracker.record({ type: 'agent.departed', agentId: 'bob', at: START });
    await live({ tracker, clock }, 0, 30, (day) => slacking('ada', day));
    expect(await recommendations(tracker)).toEqual([]);
    expect((await tracker.performance('ada'))?.standing).toBe('at_risk');
    await tracker.record({ type: 'agent.hired', agentId: 'eve', at: clock.now(), department: 'research' });
    await live({ tracker, clock }, 30, 36, (day) => slacking('ada', day));
    expect((await recommendations(tracker)).map(({ kind }) => kind)).toEqual(['termination']);
    await tracker.close();
  });
});

describe('opening a database again', () => {
  it('makes no recommendation anew, and decisions about the open ones are taken', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt();
      const first = await openTracker({ path, clock });
      await first.record(hired('ada', 'junior'));
      await live({ tracker: first, clock }, 0, 12, (day) => work('ada', day, 9));
      const log = await collect(first.log());
      await first.close();
      const second = await openTracker({ path, clock });
      await live({ tracker: second, clock }, 12, 14, (day) => work('ada', day, 9));
      expect(await collect(second.log())).toEqual(log);
      const [made] = (await recommendations(second)) as [Recommendation];
      await second.record(decision(made, 'approved', clock.now()));
      expect((await second.performance('ada'))?.level).toBe('mid');
      await second.close();
    });
  });

  it('under another policy lets what was announced stand, and says what differs from then on', async () => {
    await inDirectory(async (path) => {
      const clock = clockAt();
      const first = await openTracker({ path, clock });
      await first.recordAll([hired('ada', 'junior'), hired('bob', 'mid')]);
      await live({ tracker: first, clock }, 0, 12, (day) => [...work('ada', day, 9), ...work('bob', day, 6)]);
      const log = await collect(first.log());
      const last = log.at(-1)!.seq;
      await first.close();
      // Six is enough for bob now.
      const policy = defaultPolicy({ promotion: { quality: 5.5, tasksCompleted: 10, minCriteriaMet: 3 } });
      const second = await openTracker({ path, clock, policy });
      expect(await collect(second.log())).toEqual(log);
      clock.increment(HOUR);
      await second.flush();
      const news = await collect(second.log(last));
      expect(news.filter(({ type }) => type === 'recommendation.made')).toMatchObject([{ agentId: 'bob' }]);
      for (const output of news) expect(output.at).toBe(clock.now());
      const [made] = (await recommendations(second)) as [Recommendation];
      await second.record(decision(made, 'approved', clock.now()));
      expect((await second.performance('ada'))?.level).toBe('mid');
      const after = await collect(second.log());
      await second.close();
      const third = await openTracker({ path, clock, policy });
      expect(await collect(third.log())).toEqual(after);
      await third.close();
    });
  });

  it('made from an exported journal says the very same again, under the same ids', async () => {
    const db = new MemoryLevel<Buffer, Buffer>();
    const clock = clockAt();
    const trust = progressiveTrust();
    const first = await openTracker({ db, clock, trust });
    await first.recordAll([hired('ada', 'junior'), hired('bob', 'mid'), hired('eve', 'lead', 'sales')]);
    await live({ tracker: first, clock }, 0, 60, (day) => [
      ...work('ada', day, 9),
      ...slacking('eve', day),
      ...(day < 30 ? slacking('bob', day) : []),
    ]);
    for (const one of await first.recommendations()) {
      await first.record(decision(one, one.kind === 'demotion' ? 'rejected' : 'approved', clock.now()));
    }
    await live({ tracker: first, clock }, 60, 70, (day) => [...work('ada', day, 9), ...slacking('eve', day)]);
    const log = await collect(first.log());
    const made = await recommendations(first);
    expect(new Set(made.map(({ kind }) => kind)).size).toBeGreaterThan(1);
    const before = await first.performance('ada');
    await first.close();
    const copy = new MemoryLevel<Buffer, Buffer>();
    await importJournal(exportJournal({ db }), { db: copy });
    const second = await openTracker({ db: copy, clock, trust });
    expect(await collect(second.log())).toEqual(log);
    expect(await second.performance('ada')).toEqual(before);
    await second.close();
  });
});
