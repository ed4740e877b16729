import { createRandom, type Random } from './random.js';

/** What becomes of an agent in one chapter of its life. Who is unfit is bad at everything from the start. */
export type CourseKind = 'improves' | 'fades' | 'jumps' | 'falls' | 'breaks' | 'stays' | 'unfit';

/** One chapter: an ability is `from` until `begins`, then moves in a straight line to `to` at `ends`. */
export interface Course {
  readonly kind: CourseKind;
  /** Skill at the work itself, 0–10. */
  readonly from: number;
  readonly to: number;
  /** Days since the company was founded; equal for a sudden change. */
  readonly begins: number;
  readonly ends: number;
  /** How good it is to work with, 0–1; it moves along. */
  readonly collaboration: { readonly from: number; readonly to: number };
}

/** An agent's latent abilities, known to the simulation alone; on any day from 0 on, fractions of a day count. */
export interface Career {
  /** Skill at the work itself, 0–10. */
  skill(day: number): number;
  /** How good the agent is to work with, 0–1. */
  collaboration(day: number): number;
  /** The chapters that have begun by a day, first to last. */
  courses(untilDay: number): readonly Course[];
}

/** Chances of what comes after the first chapter. */
const NEXT_KINDS = {
  stays: 0.34,
  improves: 0.21,
  fades: 0.21,
  jumps: 0.09,
  falls: 0.09,
  breaks: 0.06,
} as const;

/**
 * A career without an end: one course every `chapterDays`, each from where the last one ended. Only the first
 * kind is given, so that a company can deal every kind to somebody.
 *
 * @param temper how good the agent is to work with while all is well, 0–1
 */
export function createCareer(key: string, first: CourseKind, chapterDays: number, temper: number): Career {
  const chapters: Course[] = [];

  function chapter(index: number): Course {
    for (let i = chapters.length; i <= index; i++) {
      const random = createRandom(`${key}/chapter-${i}`);
      const kind = i === 0 ? first : random.weighted(NEXT_KINDS);
      const last = chapters[i - 1];
      const from = last?.to ?? startingSkill(kind, random);
      const others = last?.collaboration.to ?? (kind === 'unfit' ? random.between(...BAD_COMPANY) : temper);
      const collaboration = { from: others, to: collaborationAfter(kind, others, temper, random) };
      chapters.push({ ...createCourse(kind, from, i * chapterDays, chapterDays, random), collaboration });
    }
    return chapters[index] as Course;
  }

  const chapterOn = (day: number): Course => chapter(Math.max(0, Math.floor(day / chapterDays)));
  return {
    skill: (day) => {
      const course = chapterOn(day);
      return between(course.from, course.to, course, day);
    },
    collaboration: (day) => {
      const course = chapterOn(day);
      return between(course.collaboration.from, course.collaboration.to, course, day);
    },
    courses(untilDay) {
      const last = Math.max(0, Math.floor(untilDay / chapterDays));
      chapter(last);
      return chapters.slice(0, last + 1);
    },
  };
}

/** Whoever is to fade starts high, whoever is to improve starts low. */
function startingSkill(kind: CourseKind, random: Random): number {
  if (kind === 'unfit') return random.between(1.5, 2.9);
  if (kind === 'improves' || kind === 'jumps') return random.between(3.6, 5.4);
  if (kind === 'fades' || kind === 'falls' || kind === 'breaks') return random.between(6.8, 8.6);
  return random.between(4.5, 8.2);
}

/** How good somebody is to work with who is not fit for it, or has fallen apart. */
const BAD_COMPANY = [0.04, 0.18] as const;

/** Skill comes and goes by itself; falling apart takes both, and who gets better at the work finds its temper again. */
function collaborationAfter(kind: CourseKind, now: number, temper: number, random: Random): number {
  if (kind === 'breaks') return Math.min(now, random.between(...BAD_COMPANY));
  return kind === 'improves' || kind === 'jumps' ? Math.max(now, temper) : now;
}

function createCourse(
  kind: CourseKind,
  from: number,
  start: number,
  days: number,
  random: Random,
): Omit<Course, 'collaboration'> {
  const begins = start + Math.round(days * random.between(0.25, 0.45));
  const size = random.between(2, 3.8);
  if (kind === 'stays' || kind === 'unfit') return { kind, from, to: from, begins, ends: begins };
  // Everything within weeks.
  if (kind === 'breaks') {
    const to = Math.min(from, random.between(1.2, 2.6));
    return { kind, from, to, begins, ends: begins + random.integer(7, 21) };
  }
  const to = clamp(from + (kind === 'improves' || kind === 'jumps' ? size : -size), 1.5, 9.2);
  // At the end of the scale there is nowhere to go.
  if (Math.abs(to - from) < 1) return { kind: 'stays', from, to: from, begins, ends: begins };
  const sudden = kind === 'jumps' || kind === 'falls';
  const ends = sudden ? begins : start + Math.round(days * random.between(0.75, 0.95));
  return { kind, from, to, begins, ends };
}

function between(
  from: number,
  to: number,
  { begins, ends }: Pick<Course, 'begins' | 'ends'>,
  day: number,
): number {
  if (day < begins) return from;
  if (day >= ends) return to;
  return from + ((to - from) * (day - begins)) / (ends - begins);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
