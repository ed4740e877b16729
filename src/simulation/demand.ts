import { createRandom } from './random.js';

/** How long a department's demand goes one way, in days. */
const SEASON_DAYS = 120;

/** How much work a department gets on a day, against what its founders were hired for: about 0.15 to 2.2. */
export function demand(seed: number, department: string, day: number): number {
  const season = Math.floor(day / SEASON_DAYS);
  const share = day / SEASON_DAYS - season;
  return level(seed, department, season) * (1 - share) + level(seed, department, season + 1) * share;
}

/** In a straight line from season to season; most seasons are much like the first. */
function level(seed: number, department: string, season: number): number {
  if (season === 0) return 1;
  const random = createRandom(`${seed}/${department}/season-${season}`);
  const kind = random.weighted({ steady: 0.5, boom: 0.35, slump: 0.15 });
  if (kind === 'boom') return random.between(1.7, 2.2);
  return kind === 'slump' ? random.between(0.05, 0.3) : random.between(0.85, 1.25);
}
