import { describe, expect, it } from 'vitest';
import { decodeCompany, encodeCompany } from '../../src/department/codec.js';
import type { PerformanceEvent } from '../../src/events/schema.js';
import { DAY, HOUR, START } from '../support/tracker.js';
import { assigned, completed, dayRange, departmentModel, hired, stored, told, work } from './support.js';

const TEAM = [hired('ada'), hired('bob')];

describe('a department that gets more work than it finishes', () => {
  const events = stored([...TEAM, ...work('ada', dayRange(0, 30), 4, 2), ...work('bob', [0, 29], 1, 1)]);

  it('is to hire, once the evidence has lasted, and says what it rests on', () => {
    const { signals } = told(departmentModel(), events);
    const [first] = signals;
    expect(first).toMatchObject({
      type: 'hiring.recommended',
      department: 'red',
      agents: 2,
      from: (first?.to ?? 0) - 14 * DAY,
    });
    const ratio = first?.criteria.find(({ name }) => name === 'arrivalRatio');
    expect(ratio).toMatchObject({ met: true, threshold: 1.25, window: '14d' });
    expect(ratio?.value).toBeCloseTo((first?.arrived ?? 0) / (first?.finished ?? 0), 12);
    expect(first?.criteria.find(({ name }) => name === 'timeInQueue')).toMatchObject({ met: true });
    expect(first?.because).toMatch(
      /^red is short of hands with 2 agents: 1\.\d\d tasks arrived for each finished over 14d \(limit 1\.25\); open tasks have waited [\d.]+ days on average \(limit 2\.0 days\) \(\d+ tasks arrived, \d+ were finished, \d+ are open\)\.$/,
    );
  });

  it('is spoken of again only after the cooldown', () => {
    const days = told(departmentModel(), events).signals.map(({ to }) => (to - START) / DAY);
    expect(days.length).toBe(2);
    expect((days[1] ?? 0) - (days[0] ?? 0)).toBe(14);
  });

  it('is judged by the first record after midnight, in the name of that record', () => {
    const [first] = told(departmentModel(), events).signals;
    const cause = events.find(({ seq }) => seq === first?.seq);
    expect(cause?.recordedAt).toBe(first?.at);
    const before = events.find(({ seq }) => seq === (first?.seq ?? 0) - 1);
    expect(before?.recordedAt).toBeLessThan(first?.to ?? 0);
  });

  it('is left in peace when it has hardly any work', () => {
    const little = stored([...TEAM, ...work('ada', dayRange(0, 30), 1, 0)]);
    expect(told(departmentModel(), little).signals).toEqual([]);
    expect(told(departmentModel({ minEvidence: 5 }), little).signals).not.toEqual([]);
  });

  it('is left in peace when nobody is known to work there', () => {
    const nobody = events.filter(({ type }) => type !== 'agent.hired');
    const left = stored(
      [...nobody]
        .map((event) => ({ ...event }))
        .concat(
          stored([{ id: 'x', type: 'agent.departed', agentId: 'ada', at: START + HOUR }]),
          stored([{ id: 'y', type: 'agent.departed', agentId: 'bob', at: START + HOUR }]),
        ),
    );
    expect(told(departmentModel(), left).signals).toEqual([]);
  });
});

describe('a department that keeps up', () => {
  it('gives no reason to say anything, however its results fall', () => {
    const events = dayRange(0, 60).flatMap((day) =>
      work('ada', [day], 4, 4).map((event) =>
        event.type === 'task.completed' && day > 20 && event.taskId.endsWith('1')
          ? { ...event, type: 'task.failed' as const }
          : event,
      ),
    );
    expect(told(departmentModel(), stored([...TEAM, ...events])).signals).toEqual([]);
  });

  it('is short of hands when its tasks take longer and longer and its queue grows old', () => {
    const slow = dayRange(0, 45).flatMap((day) =>
      dayRange(0, 3).flatMap((i) => {
        const n = day * 100 + i;
        const at = START + day * DAY + (8 + i) * HOUR;
        return [assigned('ada', n, at), completed('ada', n, at + HOUR * (1 + day ** 2 / 4))];
      }),
    );
    const events = stored([...TEAM, ...slow]).filter(({ recordedAt }) => recordedAt < START + 45 * DAY);
    const model = departmentModel({ arrivalRatio: 100 });
    const met = told(model, events).signals[0]?.criteria.filter((one) => one.met);
    expect(met?.map(({ name }) => name)).toEqual(['timeInQueue', 'completionTime']);
  });
});

describe('an idle department', () => {
  const busy = work('ada', dayRange(0, 20), 3, 3);

  it('has its surplus noticed', () => {
    const elsewhere = dayRange(20, 45).map((day) => assigned('cyd', day, START + day * DAY + HOUR, 'blue'));
    const { signals } = told(departmentModel(), stored([...TEAM, ...busy, ...elsewhere]));
    const [first] = signals.filter(({ department }) => department === 'red');
    expect(first).toMatchObject({ type: 'surplus.noticed', agents: 2 });
    expect(first?.because).toMatch(
      /^red is idle with 2 agents: 0\.\d\d tasks arrived per agent and day over 14d \(limit 0\.2\) \(/,
    );
  });

  it('is not called idle because nothing at all was recorded: the host was down', () => {
    const later = work('ada', dayRange(50, 60), 3, 3);
    expect(told(departmentModel(), stored([...TEAM, ...busy, ...later])).signals).toEqual([]);
  });

  it('is not called idle before it ever had work, nor when one agent is all it has', () => {
    const elsewhere = dayRange(0, 60).map((day) => assigned('cyd', day, START + day * DAY, 'blue'));
    expect(told(departmentModel(), stored([...TEAM, ...elsewhere])).signals).toEqual([]);
    const alone = stored([hired('ada'), ...busy, ...elsewhere]);
    expect(told(departmentModel(), alone).signals).toEqual([]);
  });
});

describe('what is counted', () => {
  it('a task whose end was reported before its beginning is no open task', () => {
    const late = { ...assigned('ada', 1, START + HOUR), recordedAt: START + 5 * HOUR };
    const before = assigned('ada', 0, START + HOUR);
    const { state } = told(
      departmentModel(),
      stored([...TEAM, before, completed('ada', 1, START + 2 * HOUR), late]),
    );
    expect([...state.open.keys()]).toEqual(['ada\u0000t0']);
    expect(state.departments.get('red')?.days).toMatchObject([{ arrived: 2, finished: 1, succeeded: 1 }]);
  });

  it('a task is assigned to its agent: whoever departs leaves no queue behind', () => {
    const gone = { id: 'gone', type: 'agent.departed', agentId: 'ada', at: START + DAY } as const;
    const events = stored([...TEAM, ...work('ada', [0], 3, 0), ...work('bob', [0], 2, 0), gone]);
    expect(told(departmentModel(), events).state.open.size).toBe(2);
  });

  it('work stays where it arrived when its agent is transferred', () => {
    const moved = {
      id: 'm',
      type: 'agent.transferred',
      agentId: 'ada',
      at: START + 9 * HOUR,
      department: 'blue',
    } as const;
    const end = { ...completed('ada', 0, START + 10 * HOUR), department: 'blue' };
    const { state } = told(departmentModel(), stored([...TEAM, work('ada', [0], 1, 0)[0]!, moved, end]));
    expect(state.open.size).toBe(0);
    expect(state.departments.get('red')?.days).toMatchObject([{ arrived: 1, finished: 1 }]);
    expect(state.departments.has('blue')).toBe(false);
  });

  it('an agent without a department counts for no department', () => {
    const event = { id: 'a', type: 'task.assigned', agentId: 'zoe', taskId: 't', at: START } as const;
    const { state } = told(departmentModel(), stored([event]));
    expect([state.departments.size, state.open.size]).toEqual([0, 0]);
  });

  it('of what ended days ago, and nobody said was assigned, only so much waits for a word of that', () => {
    const model = departmentModel();
    const now = START + 20 * DAY;
    const report = (event: PerformanceEvent) => ({ ...event, recordedAt: now });
    const ends = (count: number, at: number, from: number) =>
      Array.from({ length: count }, (_, n) => report(completed('ada', from + n, at + n)));
    const old = ends(10_500, START + DAY, 1);
    const fresh = ends(500, now - DAY, 50_000);
    const { state } = told(model, stored([...TEAM, report(assigned('bob', 0, START)), ...old, ...fresh]));
    expect(state.early.size).toBe(10_500);
    expect([...state.early.values()].filter((at) => at > START + 2 * DAY)).toHaveLength(500);
    const late = stored([report(assigned('ada', 50_000, now - 2 * DAY))])[0]!;
    const after = model.apply(state, { ...late, seq: state.seq + 1 }, 0).state;
    expect([after.early.size, after.open.size]).toEqual([10_499, 1]);
    expect(model.advance(state, now + DAY, state.seq + 1, 0).state.early.size).toBe(500);
  });

  it('what nobody finished is given up when it is older than the trend window', () => {
    const model = departmentModel();
    const { state } = told(model, stored([...TEAM, ...work('ada', [0], 2, 0)]));
    expect(model.advance(state, START + 30 * DAY, 9, 0).state.open.size).toBe(2);
    expect(model.advance(state, START + 32 * DAY, 9, 0).state.open.size).toBe(0);
  });

  it('a new day and a departure look at everything in pieces', () => {
    const model = departmentModel();
    const many = stored([...TEAM, ...Array.from({ length: 2_000 }, (_, n) => assigned('ada', n, START + n))]);
    const { state } = told(model, many);
    const leaving: PerformanceEvent = { id: 'bye', type: 'agent.departed', agentId: 'ada', at: START + DAY };
    const [event] = stored([leaving]).map((left) => ({ ...left, seq: many.length + 1 }));
    expect(model.isLong(state, event!)).toBe(true);
    const day = model.advancing(state, START + DAY, many.length + 1, 0);
    expect(piecesOf(day)).toBeGreaterThan(2_000);
    const later = { ...state, today: Math.floor((START + DAY) / DAY) };
    expect(piecesOf(model.applying(later, event!, 0))).toBeGreaterThan(100);
    expect(model.apply(later, event!, 0).state.open.size).toBe(0);
  });

  it('nothing is kept of a company in which nothing happens any more', () => {
    const model = departmentModel();
    let { state } = told(model, stored([...TEAM, ...work('ada', dayRange(0, 20), 3, 1)]));
    for (let day = 21; day < 120; day++) state = model.advance(state, START + day * DAY, day, 0).state;
    expect([state.departments.size, state.open.size, state.early.size, state.observed.length]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(model.dueAt(state)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a strategy that throws', () => {
  it('has nothing to say, and takes nobody down', () => {
    const trend = {
      name: 'broken',
      detect: () => {
        throw new Error('no');
      },
    };
    const events = stored([...TEAM, ...work('ada', dayRange(0, 30), 4, 2)]);
    const [first] = told(departmentModel({ trend }), events).signals;
    expect(first?.criteria.find(({ name }) => name === 'successRate')).toMatchObject({
      met: false,
      value: null,
    });
  });
});

describe('a state', () => {
  const model = departmentModel();
  const { state } = told(model, stored([...TEAM, ...work('ada', dayRange(0, 20), 4, 2)]));

  it('comes back from JSON as it was', () => {
    const again = decodeCompany(JSON.parse(JSON.stringify(encodeCompany(state, 'x'))), 'x');
    expect(encodeCompany(again, 'x')).toEqual(encodeCompany(state, 'x'));
    const later = stored(work('ada', dayRange(20, 30), 4, 2));
    const from = (start: typeof state) =>
      later
        .map((event) => ({ ...event, seq: event.seq + 1_000 }))
        .reduce((one, event) => model.apply(one, event, 0).state, start);
    expect(encodeCompany(from(again), 'x')).toEqual(encodeCompany(from(state), 'x'));
  });

  it('of the format before is read: it said of what ended early who did it and where, too', () => {
    const early = stored([...TEAM, assigned('bob', 1, START), completed('ada', 7, START + HOUR)]);
    const encoded = JSON.parse(JSON.stringify(encodeCompany(told(model, early).state, 'x')));
    expect(encoded).toMatchObject({ format: 3, early: [['ada\u0000t7', START + HOUR]] });
    const value = { department: 'red', agentId: 'ada', at: START + HOUR };
    const before = { ...encoded, format: 2, early: [['ada\u0000t7', value]] };
    expect(encodeCompany(decodeCompany(before, 'x'), 'x')).toEqual(encoded);
  });

  it('is refused when it is not one, or was made by other rules', () => {
    const refusal = expect.objectContaining({ code: 'TENURE_CORRUPT' });
    expect(() => decodeCompany({ format: 1 }, 'x')).toThrowError(refusal);
    expect(() => decodeCompany(encodeCompany(state, 'x'), 'y')).toThrowError(refusal);
  });
});

function piecesOf(work: Generator<undefined, unknown>): number {
  let pieces = 0;
  for (const _rest of work) pieces++;
  return pieces;
}
