import { type Career, type CourseKind, createCareer } from './career.js';
import { createRandom, type Random, shuffled } from './random.js';

/** One agent of the simulated company, with everything about it that Tenure is not told. */
export interface SimulatedAgent {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly department: string;
  readonly level: string;
  /** Day of hiring, 0 for the founders. */
  readonly hiredOn: number;
  /** How much lower than the truth it scores its colleagues, in points; below 0 for the kind ones. */
  readonly severity: number;
  /** Latent abilities over time. */
  readonly career: Career;
  /** Tasks a day on average for which it was hired, 0.5–4. */
  readonly workRate: number;
  /** How many tokens it needs, against the company's mean of 1. */
  readonly thirst: number;
}

const NAMES =
  'ada alan barbara claude donald edsger frances grace hedy ivan joan ken lynn margaret niklaus ole peter radia shafi tim ursula vint wanda yukihiro'.split(
    ' ',
  );
const DEPARTMENTS = {
  engineering: ['backend developer', 'frontend developer', 'test engineer'],
  research: ['researcher', 'data analyst', 'prompt engineer'],
  support: ['support agent', 'triage agent', 'technical writer'],
  operations: ['release engineer', 'site reliability engineer', 'planner'],
  sales: ['account manager', 'proposal writer'],
  finance: ['bookkeeper', 'controller'],
  legal: ['contract reviewer', 'compliance officer'],
  marketing: ['copywriter', 'campaign manager'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** What is dealt out: five of fifteen stay as they are, as many rise as fall, one falls apart and one never fits. */
const DECK: readonly CourseKind[] =
  'fades improves stays falls stays jumps fades improves stays breaks stays improves fades stays unfit'.split(
    ' ',
  ) as CourseKind[];
/** Who is hired later: it shows only at work who does not fit. */
const APPLICANTS: readonly CourseKind[] = [...DECK, 'unfit'];
/** Some are hard to work with, however good they are at the work. */
const DIFFICULT = 0.15;

/** The founders, dealt to the departments in turn. */
export function founders(seed: number, count: number, departments: number, days: number): SimulatedAgent[] {
  const kinds = shuffled(
    Array.from({ length: count }, (_, i) => DECK[i % DECK.length] as CourseKind),
    createRandom(`${seed}/courses`),
  );
  const known = Object.keys(DEPARTMENTS) as (keyof typeof DEPARTMENTS)[];
  return kinds.map((kind, i) => {
    const place = i % departments;
    const department = known[place] ?? `department-${place + 1}`;
    return agentOf(seed, i, kind, department, 0, days);
  });
}

/** Somebody who is hired later: nobody knows what will become of it. */
export function recruit(
  seed: number,
  number: number,
  department: string,
  hiredOn: number,
  days: number,
): SimulatedAgent {
  const kind = createRandom(`${seed}/recruit-${number}`).pick(APPLICANTS as [CourseKind, ...CourseKind[]]);
  return { ...agentOf(seed, number - 1, kind, department, hiredOn, days), level: 'junior' };
}

function agentOf(
  seed: number,
  index: number,
  kind: CourseKind,
  department: string,
  hiredOn: number,
  days: number,
): SimulatedAgent {
  const name = NAMES[index % NAMES.length] as string;
  const id = `${name}-${String(index + 1).padStart(2, '0')}`;
  const random = createRandom(`${seed}/${id}`);
  const roles = DEPARTMENTS[department as keyof typeof DEPARTMENTS] ?? DEPARTMENTS.operations;
  const role = random.pick(roles as readonly [string, ...string[]] as [string, ...string[]]);
  const temper = random.chance(DIFFICULT) ? random.between(0.05, 0.2) : random.between(0.35, 0.9);
  const career = createCareer(`${seed}/${id}`, kind, days, temper);
  return { ...traits(random), id, name, role, department, hiredOn, career };
}

/** Points of skill that a newcomer lacks on its first day, and the days in which it catches up. */
const ONBOARDING_POINTS = 2;
const ONBOARDING_DAYS = 21;

/** What an agent can do on a day: its latent skill, less what it has still to learn of the company. */
export function skillOf({ career, hiredOn }: SimulatedAgent, day: number): number {
  const missing = hiredOn === 0 ? 0 : Math.max(0, 1 - (day - hiredOn) / ONBOARDING_DAYS);
  return Math.max(0, career.skill(day) - ONBOARDING_POINTS * missing);
}

function traits(random: Random): Pick<SimulatedAgent, 'level' | 'workRate' | 'thirst' | 'severity'> {
  return {
    level: random.weighted({ junior: 0.4, mid: 0.35, senior: 0.2, lead: 0.05 }),
    // Most agents are busy with one or two tasks a day, a few with four.
    workRate: 0.5 + 3.5 * random.next() ** 2,
    thirst: Math.exp(random.normal(0, 0.2)),
    severity: random.normal(0, 0.5),
  };
}
