import { MemoryLevel } from 'memory-level';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { PerformanceEventInput } from '../../src/events/schema.js';
import { type EventRejected, openTracker } from '../../src/tracker.js';
import { verifyDatabase } from '../../src/verify/verify.js';
import { clockAt, collect, DAY, HOUR, openInMemory, START, task } from '../support/tracker.js';

describe('recording an event', () => {
  it('resolves with its place in the journal once it is visible', async () => {
    const { tracker } = await openInMemory();
    expect(await tracker.record(task(0))).toEqual({ seq: 1, duplicate: false });
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(1);
    await tracker.close();
  });

  it('answers the same id with the same content as a duplicate, however the content was written', async () => {
    const { tracker } = await openInMemory();
    const { seq } = await tracker.record(task(0));
    const again = {
      taskId: 't0',
      at: new Date(START).toISOString(),
      agentId: 'ada',
      type: 'task.completed',
      id: 'task-0',
    };
    expect(await tracker.record(again as PerformanceEventInput)).toEqual({ seq, duplicate: true });
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(1);
    await tracker.close();
  });

  it('refuses the same id with other content, naming both', async () => {
    const { tracker } = await openInMemory();
    await tracker.record(task(0));
    await expect(tracker.record(task(0, { taskId: 'other' }))).rejects.toMatchObject({
      code: 'TENURE_EVENT_CONFLICT',
      path: 'id',
      seq: 1,
    });
    await tracker.close();
  });

  it('tells duplicates and conflicts apart within one commit', async () => {
    const { tracker } = await openInMemory();
    const results = await Promise.allSettled([
      tracker.record(task(0)),
      tracker.record(task(0)),
      tracker.record(task(0, { taskId: 'other' })),
    ]);
    expect(results).toMatchObject([
      { value: { seq: 1, duplicate: false } },
      { value: { seq: 1, duplicate: true } },
      { reason: { code: 'TENURE_EVENT_CONFLICT' } },
    ]);
    await tracker.close();
  });

  it('takes a duplicate without a department for one, though the agent has moved since', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.record({ type: 'agent.hired', agentId: 'ada', at: START, department: 'red' });
    const { seq } = await tracker.record(task(0));
    clock.increment(DAY);
    await tracker.record({ type: 'agent.transferred', agentId: 'ada', at: START + DAY, department: 'blue' });
    expect(await tracker.record(task(0))).toEqual({ seq, duplicate: true });
    await tracker.close();
  });

  it('refuses what lies beyond the clock skew, and changes nothing', async () => {
    const { tracker } = await openInMemory();
    await expect(tracker.record(task(0, { at: START + 300_001 }))).rejects.toMatchObject({
      code: 'TENURE_FUTURE_EVENT',
    });
    expect(await tracker.performance('ada')).toBeUndefined();
    await tracker.close();
  });

  it('lets an event within the skew wait for its time', async () => {
    const { tracker, clock } = await openInMemory();
    await tracker.record(task(0, { at: START + 60_000 }));
    expect(await tracker.performance('ada')).toBeUndefined();
    clock.increment(60_000);
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(1);
    await tracker.close();
  });

  it('generates an id for an event without one, so that two alike are two', async () => {
    const { tracker } = await openInMemory();
    const { id: _id, ...anonymous } = task(0) as PerformanceEventInput & { id: string };
    await tracker.recordAll([anonymous, anonymous] as PerformanceEventInput[]);
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(2);
    await tracker.close();
  });

  it('refuses mixed currencies and unknown levels, naming the field', async () => {
    const { tracker } = await openInMemory({ currency: 'EUR' });
    await expect(tracker.record(task(0, { usage: { cost: 1, currency: 'USD' } }))).rejects.toMatchObject({
      code: 'TENURE_INVALID_EVENT',
      path: 'usage.currency',
    });
    await expect(
      tracker.record({ type: 'agent.hired', agentId: 'ada', at: START, level: 'snior' }),
    ).rejects.toMatchObject({ code: 'TENURE_INVALID_EVENT', path: 'level' });
    await tracker.close();
  });

  it('stamps the department that the agent was in, within one commit too', async () => {
    const { tracker, clock } = await openInMemory();
    clock.increment(DAY);
    await tracker.recordAll([
      { type: 'agent.hired', agentId: 'ada', at: START, department: 'red' },
      task(0),
      { type: 'agent.transferred', agentId: 'ada', at: START + HOUR, department: 'blue' },
      task(2),
      task(3, { department: 'guest' }),
    ]);
    const departments = (await collect(tracker.events({ types: ['task.completed'] }))).map(
      ({ department }) => department,
    );
    expect(departments).toEqual(['red', 'blue', 'guest']);
    expect((await tracker.performance('ada'))?.department).toBe('blue');
    await tracker.close();
  });

  it('takes a hiring that names no department for no word about it, in whatever order it arrives', async () => {
    const [hired, transferred, promoted] = [
      { id: '1', type: 'agent.hired', agentId: 'ada', at: START, department: 'red' },
      { id: '2', type: 'agent.transferred', agentId: 'ada', at: START + HOUR, department: 'blue' },
      { id: '3', type: 'agent.hired', agentId: 'ada', at: START + 2 * HOUR, role: 'lead' },
    ] as const;
    for (const order of [
      [hired, transferred, promoted],
      [hired, promoted, transferred],
      [promoted, hired, transferred],
    ]) {
      const db = new MemoryLevel();
      const { tracker, clock } = await openInMemory({ db });
      clock.increment(DAY);
      for (const event of order) await tracker.record(event);
      expect(await tracker.performance('ada')).toMatchObject({ department: 'blue' });
      expect(await tracker.performance('ada', START + HOUR - 1)).toMatchObject({ department: 'red' });
      // What is read back says what was recorded, and where the agent was.
      const events = await collect(tracker.events({ types: ['agent.hired'] }));
      expect(events.flatMap((event) => Object.keys(event))).not.toContain('isDepartmentStamped');
      await tracker.close();
      const again = await openTracker({ db, clock });
      expect(await again.performance('ada')).toMatchObject({ department: 'blue' });
      await again.close();
      expect((await verifyDatabase({ db, clock })).findings).toEqual([]);
    }
  });

  it('keeps agents with the names of object prototypes apart', async () => {
    const { tracker } = await openInMemory();
    const names = ['__proto__', 'constructor', 'toString', '\u0000', '\ud800', '\ud801', '🦊'];
    await tracker.recordAll(names.map((agentId, n) => task(0, { id: `id-${n}`, agentId })));
    for (const agentId of names)
      expect((await tracker.performance(agentId))?.lifetime.tasksCompleted).toBe(1);
    expect(await tracker.performance('hasOwnProperty')).toBeUndefined();
    await tracker.close();
  });
});

describe('recording many events', () => {
  it('lists what was refused by its place in the input, and takes the rest', async () => {
    const { tracker, clock } = await openInMemory();
    clock.increment(DAY);
    const bad = { ...task(1), usage: { cost: -1 } } as PerformanceEventInput;
    const summary = await tracker.recordAll([task(0), bad, task(2), task(0), task(2, { taskId: 'x' })]);
    expect(summary).toMatchObject({ accepted: 2, duplicates: 1 });
    expect(summary.rejected.map(({ index, error }) => [index, error.code, error.path])).toEqual([
      [1, 'TENURE_INVALID_EVENT', 'usage.cost'],
      [4, 'TENURE_EVENT_CONFLICT', 'id'],
    ]);
    await tracker.close();
  });

  it('pulls no faster than events become durable, and never overruns maxPending', async () => {
    const { tracker, clock } = await openInMemory({ maxPending: 10 });
    clock.increment(30 * DAY);
    let pulled = 0;
    let mostAhead = 0;
    async function* source() {
      for (; pulled < 500; pulled++) {
        const { seq } = tracker.actor.getSnapshot().context;
        mostAhead = Math.max(mostAhead, pulled - seq);
        yield task(pulled);
      }
    }
    expect(await tracker.recordAll(source())).toEqual({ accepted: 500, duplicates: 0, rejected: [] });
    expect(mostAhead).toBeLessThanOrEqual(20);
    await tracker.close();
  });

  it('rejects with the error of its source, and keeps what came before', async () => {
    const { tracker } = await openInMemory();
    async function* broken() {
      yield task(0);
      throw new Error('the pipe broke');
    }
    await expect(tracker.recordAll(broken())).rejects.toThrow('the pipe broke');
    await tracker.flush();
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(1);
    await tracker.close();
  });

  it('refuses at once what exceeds maxPending when nobody waits', async () => {
    const { tracker, clock } = await openInMemory({ maxPending: 3 });
    clock.increment(DAY);
    const results = await Promise.allSettled([0, 1, 2, 3].map((n) => tracker.record(task(n))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(results[3]).toMatchObject({ reason: { code: 'TENURE_OVERLOADED' } });
    expect(await tracker.record(task(3))).toEqual({ seq: 4, duplicate: false });
    await tracker.close();
  });
});

describe('a connected stream', () => {
  it('is recorded, and what it brings amiss is reported', async () => {
    const { tracker } = await openInMemory();
    const events$ = new Subject<PerformanceEventInput>();
    const rejected: EventRejected[] = [];
    tracker.rejections$.subscribe((rejection) => rejected.push(rejection));
    const subscription = tracker.connect(events$);
    events$.next(task(0));
    events$.next({ ...task(0), agentId: '' });
    await tracker.flush();
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(1);
    expect(rejected).toMatchObject([{ error: { code: 'TENURE_INVALID_EVENT', path: 'agentId' } }]);
    subscription.unsubscribe();
    events$.next(task(1, { at: START }));
    await tracker.flush();
    expect((await tracker.performance('ada'))?.lifetime.tasksCompleted).toBe(1);
    await tracker.close();
  });

  it('is let go when the tracker closes', async () => {
    const { tracker } = await openInMemory({ clock: clockAt() });
    const events$ = new Subject<PerformanceEventInput>();
    tracker.connect(events$);
    await tracker.close();
    expect(events$.observed).toBe(false);
  });
});
