import { createRandom, type Random } from './random.js';

/** What an agent's skill does in one chapter of its life. */
export type CourseKind = 'improves' | 'fades' | 'jumps' | 'falls' | 'stays';

/** One chapter: the skill is `from` until `begins`, then moves in a straight line to `to` at `ends`. */
export interface Course {
  readonly kind: CourseKind;
  /** Skill, 0–10. */
  readonly from: number;
  readonly to: number;
  /** Days since the company was founded; equal for a sudden change. */
  readonly begins: number;
  readonly ends: number;
}

/** An agent's latent skill, known to the simulation alone. */
export interface Career {
  /** 0–10, on any day from 0 on; fractions of a day count. */
  skill(day: number): number;
  /** The chapters that have begun by a day, first to last. */
  courses(untilDay: number): readonly Course[];
}

/** Chances of what comes after the first chapter. */
const NEXT_KINDS = { stays: 0.36, improves: 0.22, fades: 0.22, jumps: 0.1, falls: 0.1 } as const;

/**
 * A career without an end: one course every `chapterDays`, each from where the last one ended. Only the first
 * kind is given, so that a company can deal every kind to somebody.
 */
export function createCareer(key: string, first: CourseKind, chapterDays: number): Career {
  const chapters: Course[] = [];

  function chapter(index: number): Course {
    for (let i = chapters.length; i <= index; i++) {
      const random = createRandom(`${key}/chapter-${i}`);
      const kind = i === 0 ? first : random.weighted(NEXT_KINDS);
      const from = chapters[i - 1]?.to ?? startingSkill(kind, random);
      chapters.push(createCourse(kind, from, i * chapterDays, chapterDays, random));
    }
    return chapters[index] as Course;
  }

  return {
    skill: (day) => skillOn(chapter(Math.max(0, Math.floor(day / chapterDays))), day),
    courses(untilDay) {
      const last = Math.max(0, Math.floor(untilDay / chapterDays));
      chapter(last);
      return chapters.slice(0, last + 1);
    },
  };
}

/** Whoever is to fade starts high, whoever is to improve starts low. */
function startingSkill(kind: CourseKind, random: Random): number {
  if (kind === 'improves' || kind === 'jumps') return random.between(3.6, 5.4);
  if (kind === 'fades' || kind === 'falls') return random.between(6.8, 8.6);
  return random.between(4.5, 8.2);
}

function createCourse(kind: CourseKind, from: number, start: number, days: number, random: Random): Course {
  const begins = start + Math.round(days * random.between(0.25, 0.45));
  const size = random.between(2, 3.8);
  const rises = kind === 'improves' || kind === 'jumps';
  const to = kind === 'stays' ? from : clamp(from + (rises ? size : -size), 1.5, 9.2);
  // At the end of the scale there is nowhere to go.
  if (Math.abs(to - from) < 1) return { kind: 'stays', from, to: from, begins, ends: begins };
  const sudden = kind === 'jumps' || kind === 'falls';
  const ends = sudden ? begins : start + Math.round(days * random.between(0.75, 0.95));
  return { kind, from, to, begins, ends };
}

function skillOn({ from, to, begins, ends }: Course, day: number): number {
  if (day < begins) return from;
  if (day >= ends) return to;
  return from + ((to - from) * (day - begins)) / (ends - begins);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
