import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../src/events/parse.js';
import { type Course, createCareer } from '../../src/simulation/career.js';
import { type Company, createCompany } from '../../src/simulation/company.js';
import type { Delivery } from '../../src/simulation/delivery.js';
import { demand } from '../../src/simulation/demand.js';
import { Office } from '../../src/simulation/office.js';
import { recruit, skillOf } from '../../src/simulation/roster.js';

const DAY_MS = 86_400_000;
const LEVELS = ['junior', 'mid', 'senior', 'lead'];

function daysOf(company: Company, days: number): Delivery[][] {
  const office = new Office(company);
  return Array.from({ length: days }, () => office.nextDay());
}

function eventsOf(company: Company, days: number): Delivery[] {
  return daysOf(company, days).flat();
}

describe('createCompany', () => {
  it('makes the same company from the same seed, event for event', () => {
    expect(eventsOf(createCompany({ seed: 7 }), 30)).toEqual(eventsOf(createCompany({ seed: 7 }), 30));
  });

  it('makes another company from another seed', () => {
    const [one, other] = [createCompany({ seed: 1 }), createCompany({ seed: 2 })];
    expect(daysOf(one, 4)[3]).not.toEqual(daysOf(other, 4)[3]);
    expect(one.agents.map(({ career }) => career.skill(0))).not.toEqual(
      other.agents.map(({ career }) => career.skill(0)),
    );
  });

  it('has 24 agents in 4 departments unless told otherwise, and every course of skill among them', () => {
    const { agents } = createCompany({ seed: 1 });
    expect(agents).toHaveLength(24);
    expect(new Set(agents.map(({ department }) => department)).size).toBe(4);
    expect(new Set(agents.map(({ id }) => id)).size).toBe(24);
    const kinds = new Set(agents.flatMap(({ career }) => career.courses(0)).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['breaks', 'fades', 'falls', 'improves', 'jumps', 'stays', 'unfit']);
  });

  it('reports only what Tenure accepts, at the time when it is reported', () => {
    const options = { currency: 'USD', maxClockSkew: 0, levels: LEVELS };
    for (const { event, deliveredAt } of eventsOf(createCompany({ seed: 3 }), 60)) {
      expect(() => parseEvent(event, deliveredAt, options)).not.toThrow();
    }
  });

  it('reports three times a day, in the order of time, each event once, and some of them late', () => {
    const company = createCompany({ seed: 9 });
    const deliveries = eventsOf(company, 60);
    const times = deliveries.map(({ deliveredAt }) => deliveredAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(60 * 3);
    expect(deliveries.every(({ event, deliveredAt }) => event.at <= deliveredAt)).toBe(true);
    expect(new Set(deliveries.map(({ event }) => event.id)).size).toBe(deliveries.length);
    expect(deliveries.some(({ event, deliveredAt }) => deliveredAt - event.at > DAY_MS)).toBe(true);
  });

  it('brings every task to its end, sooner or later', () => {
    const company = createCompany({ seed: 11 });
    const deliveries = eventsOf(company, 60 + 21);
    const assigned = deliveries
      .filter(({ event }) => event.type === 'task.assigned')
      .map(({ event }) => event);
    const finished = new Set(
      deliveries.flatMap(({ event }) =>
        'taskId' in event && event.id.endsWith(':finished-1') ? [event.taskId] : [],
      ),
    );
    const early = assigned.filter(({ at }) => company.dayOf(at) < 60);
    expect(early.length).toBeGreaterThan(500);
    for (const event of early) expect(finished).toContain('taskId' in event ? event.taskId : '');
  });

  it('has every kind of event that the record is made of', () => {
    const events = eventsOf(createCompany({ seed: 1 }), 180).map(({ event }) => event);
    const kinds = new Set(
      events.map((event) => ('kind' in event ? `${event.type}/${event.kind}` : event.type)),
    );
    expect([...kinds].sort()).toEqual([
      'agent.hired',
      'collaboration.observed/conflict',
      'collaboration.observed/delegation',
      'collaboration.observed/handoff',
      'collaboration.observed/helpfulness',
      'collaboration.observed/loop',
      'collaboration.observed/meeting',
      'collaboration.observed/message',
      'override.cleared',
      'override.set',
      'review.submitted/code',
      'review.submitted/evaluation',
      'review.submitted/peer',
      'task.assigned',
      'task.completed',
      'task.failed',
    ]);
    expect(events.some(({ metadata, type }) => metadata && type !== 'agent.hired')).toBe(true);
  });

  it('reviews some tasks before they are finished', () => {
    const events = eventsOf(createCompany({ seed: 1 }), 60).map(({ event }) => event);
    const finishedAt = new Map(
      events.flatMap((event) => (event.type === 'task.completed' ? [[event.taskId, event.at] as const] : [])),
    );
    const early = events.filter(
      (event) => event.type === 'review.submitted' && event.at < (finishedAt.get(event.taskId) ?? 0),
    );
    expect(early.length).toBeGreaterThan(10);
  });

  it('leaves a trace on every day, even with one idle agent', () => {
    const company = createCompany({ seed: 2, agents: 1, departments: 1 });
    for (const [day, deliveries] of daysOf(company, 60).entries()) {
      expect(deliveries.some(({ event }) => company.dayOf(event.at) === day)).toBe(true);
    }
  });

  it('does one thing after the other: where more comes in than can be done, it waits', () => {
    const company = createCompany({ seed: 1, agents: 2, departments: 1 });
    const office = new Office(company);
    const [ada] = office.staff.values();
    if (!ada) throw new Error('expected a founder');
    ada.desk.freeAt = company.midnight(10);
    const events = Array.from({ length: 20 }, () => office.nextDay()).flat();
    const begun = events.flatMap(({ event }) =>
      event.agentId === ada.agent.id && event.type === 'task.completed' ? [Number(event.startedAt)] : [],
    );
    expect(Math.min(...begun)).toBeGreaterThanOrEqual(company.midnight(10));
  });

  it('hears nothing more from whoever was dismissed, but late words about its work', () => {
    const company = createCompany({ seed: 1 });
    const office = new Office(company);
    const early = Array.from({ length: 10 }, () => office.nextDay());
    const agentId = company.agents[0]?.id ?? '';
    office.dismiss(agentId, company.midnight(10));
    const later = Array.from({ length: 20 }, () => office.nextDay()).flat();
    const words = later.filter(({ event }) => event.agentId === agentId);
    expect(early.flat().some(({ event }) => event.agentId === agentId)).toBe(true);
    expect(new Set(words.map(({ event }) => event.type))).toEqual(new Set(['review.submitted']));
  });

  it('gives newcomers time to learn', () => {
    const agent = recruit(1, 25, 'engineering', 40, 180);
    expect(agent).toMatchObject({ hiredOn: 40, department: 'engineering', level: 'junior' });
    expect(skillOf(agent, 40)).toBeCloseTo(Math.max(0, agent.career.skill(40) - 2));
    expect(skillOf(agent, 61)).toBe(agent.career.skill(61));
  });

  it('has seasons: departments get more work or less, never none', () => {
    const days = Array.from({ length: 1_000 }, (_, day) => demand(3, 'engineering', day));
    expect(days[0]).toBe(1);
    expect(Math.min(...days)).toBeGreaterThan(0);
    expect(Math.max(...days)).toBeLessThanOrEqual(2.2);
  });
});

describe('a career', () => {
  it('goes on from where the last chapter ended, for ever', () => {
    const { agents } = createCompany({ seed: 4, days: 90 });
    for (const { career } of agents) {
      const courses = career.courses(900);
      expect(courses).toHaveLength(11);
      courses.slice(1).forEach((course, i) => {
        expect(course.from).toBe(courses[i]?.to);
      });
    }
  });

  it('keeps the skill between 0 and 10', () => {
    const { agents } = createCompany({ seed: 6, agents: 50 });
    const skills = agents.flatMap(({ career }) =>
      Array.from({ length: 1_000 }, (_, day) => career.skill(day)),
    );
    expect(Math.min(...skills)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...skills)).toBeLessThanOrEqual(10);
  });

  it('loses skill and the way with others together when it falls apart, and finds both again', () => {
    const career = createCareer('ada', 'breaks', 90, 0.8);
    const { from, to, begins, ends, collaboration } = career.courses(0)[0] as Course;
    expect(ends - begins).toBeLessThanOrEqual(21);
    expect(career.collaboration(begins)).toBe(0.8);
    expect(career.skill((begins + ends) / 2)).toBeCloseTo((from + to) / 2);
    expect(career.collaboration((begins + ends) / 2)).toBeCloseTo((0.8 + collaboration.to) / 2);
    expect(career.collaboration(ends)).toBeLessThan(0.2);
    const better = career.courses(9_000).findIndex(({ kind }) => kind === 'improves' || kind === 'jumps');
    expect(career.collaboration(90 * (better + 1))).toBe(0.8);
  });

  it('is bad at both from the start when it is unfit', () => {
    const career = createCareer('bob', 'unfit', 90, 0.8);
    expect(career.skill(0)).toBeLessThan(3);
    expect(career.collaboration(0)).toBeLessThan(0.2);
    expect(career.skill(89)).toBe(career.skill(0));
  });

  it('moves in a straight line when it fades, and at once when it falls', () => {
    const all = createCompany({ seed: 1 }).agents.map(({ career }) => ({
      career,
      course: career.courses(0)[0],
    }));
    const fade = all.find(({ course }) => course?.kind === 'fades');
    const fall = all.find(({ course }) => course?.kind === 'falls');
    if (!fade?.course || !fall?.course) throw new Error('expected both courses among 24 agents');
    const { from, to, begins, ends } = fade.course;
    expect(fade.career.skill((begins + ends) / 2)).toBeCloseTo((from + to) / 2);
    expect(fall.career.skill(fall.course.begins - 0.001)).toBe(fall.course.from);
    expect(fall.career.skill(fall.course.begins)).toBe(fall.course.to);
  });
});
