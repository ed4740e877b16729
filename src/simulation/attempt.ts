import { DAY_MS, HOUR_MS, MINUTE_MS, type Shift } from './delivery.js';

type Complexity = 'simple' | 'medium' | 'complex' | 'epic';

/** What one attempt comes to. `merit` is what the agent made of it, 0–10, which no event says outright. */
export interface Attempt {
  readonly taskId: string;
  readonly number: number;
  readonly complexity: Complexity;
  readonly merit: number;
  readonly assignedAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly succeeded: boolean;
}

/** How much harder than usual, in points of skill; minutes of work and dollars that it takes on average. */
export const WORK: Readonly<Record<Complexity, { harder: number; minutes: number; dollars: number }>> = {
  simple: { harder: -0.6, minutes: 36, dollars: 0.15 },
  medium: { harder: 0, minutes: 105, dollars: 0.5 },
  complex: { harder: 0.5, minutes: 300, dollars: 1.6 },
  epic: { harder: 0.9, minutes: 700, dollars: 5 },
};

const DAY_BEGINS_MS = 7 * HOUR_MS;
const DAY_ENDS_MS = 21 * HOUR_MS;

/** What comes of a task when an agent tries it, from a moment on and when everything before it is done. */
export function attempt(
  { skill, desk, random }: Shift,
  given: Pick<Attempt, 'taskId' | 'complexity' | 'number' | 'assignedAt'> & { notBefore: number },
): Attempt {
  const { notBefore, ...task } = given;
  const { harder, minutes } = WORK[task.complexity];
  const merit = Math.min(10, Math.max(0, skill - harder + random.normal(0, 1)));
  const startedAt = inWorkingHours(
    Math.max(notBefore + Math.round(random.between(1, 40) * MINUTE_MS), desk.freeAt),
  );
  // Whoever is less able takes longer.
  const effort = minutes * Math.exp(random.normal(0, 0.35)) * (1.7 - skill / 12);
  const finishedAt = startedAt + Math.round(Math.max(1, effort) * MINUTE_MS);
  desk.freeAt = finishedAt;
  const succeeded = random.chance(chanceOfSuccess(merit));
  return { ...task, merit, startedAt, finishedAt, succeeded };
}

/** How likely work of so much merit (0–10) is to do what it was to do. */
export function chanceOfSuccess(merit: number): number {
  return 1 / (1 + Math.exp((3.6 - merit) / 0.9));
}

/** What would begin at night begins in the morning; what has begun is brought to its end. */
function inWorkingHours(at: number): number {
  const midnight = at - (at % DAY_MS);
  if (at - midnight < DAY_BEGINS_MS) return midnight + DAY_BEGINS_MS;
  return at - midnight < DAY_ENDS_MS ? at : midnight + DAY_MS + DAY_BEGINS_MS;
}
