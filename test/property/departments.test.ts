import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeCompany } from '../../src/department/codec.js';
import { CompanyDraft } from '../../src/department/draft.js';
import { capacities } from '../../src/department/judgement.js';
import { drained } from '../../src/drained.js';
import type { PerformanceEvent, StoredEvent } from '../../src/events/schema.js';
import { assigned, completed, departmentModel, hired, stored } from '../department/support.js';
import { DAY, HOUR, START } from '../support/tracker.js';

const AGENTS = ['ada', 'bob', 'cyd'];
const PLACES = ['red', 'blue'];
const DAYS = 40;
const KEPT_DAYS = 30;

type Arriving = PerformanceEvent & { recordedAt: number };

/** One task: when it begins, how long it takes (never ends: `null`), and how late each word of it comes. */
const task = fc.record({
  agent: fc.constantFrom(...AGENTS),
  place: fc.constantFrom(...PLACES),
  begins: fc.integer({ min: 1, max: DAYS * 24 }),
  hours: fc.option(fc.integer({ min: 0, max: 200 })),
  lateBegin: fc.integer({ min: 0, max: 20 }),
  lateEnd: fc.integer({ min: 0, max: 20 }),
  fails: fc.boolean(),
});

const history = fc
  .record({ tasks: fc.array(task, { maxLength: 60 }), leaves: fc.option(fc.integer({ min: 1, max: DAYS })) })
  .map(({ tasks, leaves }): StoredEvent[] => {
    const events: Arriving[] = AGENTS.map((agent, i) => ({
      ...hired(agent, PLACES[i % 2]),
      recordedAt: START,
    }));
    // Whoever assigns work says so from the first hour on.
    for (const [i, place] of PLACES.entries())
      events.push(arriving(assigned('ada', 1_000 + i, START, place), 0));
    tasks.forEach(({ agent, place, begins, hours, lateBegin, lateEnd, fails }, n) => {
      const at = START + begins * HOUR;
      events.push(arriving(assigned(agent, n, at, place), lateBegin));
      if (hours === null) return;
      const end = completed(agent, n, at + hours * HOUR, place);
      events.push(arriving(fails ? ({ ...end, type: 'task.failed' } as PerformanceEvent) : end, lateEnd));
    });
    if (leaves !== null) {
      const at = START + leaves * DAY;
      events.push(arriving({ id: 'leaves', type: 'agent.departed', agentId: 'cyd', at }, 0));
    }
    return stored(events);
  });

function arriving(event: PerformanceEvent, lateHours: number): Arriving {
  return { ...event, recordedAt: event.at + lateHours * HOUR };
}

/** The same figures, from all events at once. */
function recount(events: readonly StoredEvent[], department: string, midnight: number) {
  const words = events.filter((event) => event.recordedAt < midnight);
  const leaves = words.find(({ type }) => type === 'agent.departed');
  const begun = words.filter((event) => event.type === 'task.assigned' && event.department === department);
  const endOf = (event: StoredEvent) =>
    words.find(
      (other) =>
        (other.type === 'task.completed' || other.type === 'task.failed') &&
        'taskId' in event &&
        other.taskId === event.taskId &&
        other.agentId === event.agentId,
    );
  const gaveUp = (event: StoredEvent) =>
    leaves?.agentId === event.agentId &&
    event.seq < leaves.seq &&
    (endOf(event)?.seq ?? Number.POSITIVE_INFINITY) > leaves.seq;
  const isOld = ({ at }: StoredEvent) => Math.floor(at / DAY) < midnight / DAY - KEPT_DAYS;
  const open = begun.filter((event) => !endOf(event) && !gaveUp(event) && !isOld(event));
  return {
    agents: AGENTS.filter((agent, i) => PLACES[i % 2] === department && leaves?.agentId !== agent).length,
    openTasks: open.length,
    waitedMs: open.reduce((sum, { at }) => sum + midnight - at, 0),
    arrived: begun.length,
    finished: begun.filter((event) => endOf(event) && !gaveUp(event)).length,
  };
}

it('departments have the work, the queue and the hands that a recount of all events gives them', () => {
  const model = departmentModel({ trendWindow: `${KEPT_DAYS}d`, window: '14d' });
  fc.assert(
    fc.property(history, (events) => {
      let state = model.start();
      for (const event of events) {
        state = model.apply(state, event, 0).state;
      }
      const midnight = (Math.floor((events.at(-1)?.recordedAt ?? START) / DAY) + 1) * DAY;
      state = model.advance(state, midnight, events.length + 1, 0).state;
      const capacityOf = drained(capacities(state, midnight));
      for (const department of PLACES) {
        const days = state.departments.get(department)?.days ?? [];
        const counted = {
          ...capacityOf(department),
          arrived: days.reduce((sum, { arrived }) => sum + arrived, 0),
          finished: days.reduce((sum, { finished }) => sum + finished, 0),
        };
        expect(counted).toEqual(recount(events, department, midnight));
      }
    }),
    { numRuns: 60 },
  );
});

it('events that are counted in place come to what a state after each of them comes to', () => {
  const model = departmentModel({ trendWindow: `${KEPT_DAYS}d`, window: '14d' });
  fc.assert(
    fc.property(history, fc.array(fc.boolean(), { minLength: 1 }), (events, looks) => {
      let expected = model.start();
      let draft = new CompanyDraft(model.start());
      for (const [i, event] of events.entries()) {
        expected = model.apply(expected, event, 0).state;
        if (model.isLong(draft, event)) draft = new CompanyDraft(model.apply(draft.state(), event, 0).state);
        else model.takeIn(draft, event);
        // What somebody saw must not change with what is counted later.
        if (looks[i % looks.length]) {
          const seen = draft.state();
          const written = encodeCompany(seen, '');
          expect(written).toEqual(encodeCompany(expected, ''));
          for (const later of events.slice(i + 1, i + 4))
            if (!model.isLong(draft, later)) model.takeIn(draft, later);
          expect(encodeCompany(seen, '')).toEqual(written);
          draft = new CompanyDraft(seen);
        }
      }
      expect(encodeCompany(draft.state(), '')).toEqual(encodeCompany(expected, ''));
    }),
    { numRuns: 60 },
  );
});
