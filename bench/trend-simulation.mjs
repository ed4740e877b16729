/**
 * Agents with known truth: what a trend strategy says of values that are noise, or noise around a known
 * signal. Seeded: the same settings give the same series.
 */

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;

/** Uniform and normal random numbers from a seed (mulberry32; Marsaglia's polar method). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
  let spare;
  const normal = () => {
    if (spare !== undefined) {
      const held = spare;
      spare = undefined;
      return held;
    }
    let x;
    let y;
    let r;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      r = x * x + y * y;
    } while (r >= 1 || r === 0);
    const scale = Math.sqrt((-2 * Math.log(r)) / r);
    spare = y * scale;
    return x * scale;
  };
  return { uniform, normal };
}

/**
 * One agent's values of a metric: `mean + signal(day) + noise`, noise of standard deviation `sd` that is
 * AR(1) from task to task with correlation `rho`. Day 0 comes after one full window.
 */
export function* agentPoints({
  windowDays,
  days,
  tasksPerDay,
  sd = 1,
  rho = 0,
  arrivals = 'random',
  signal,
  seed,
}) {
  const { uniform, normal } = randomNumbers(seed);
  const fresh = Math.sqrt(1 - rho * rho);
  const end = (windowDays + days) * DAY_MS;
  let noise = normal();
  let at = 0;
  for (;;) {
    const gap = arrivals === 'random' ? -Math.log(1 - uniform()) / tasksPerDay : 1 / tasksPerDay;
    at += Math.max(1, Math.round(gap * DAY_MS));
    if (at > end) return;
    noise = rho * noise + fresh * normal();
    const day = at / DAY_MS - windowDays;
    yield { at, value: 7 + sd * noise + (signal ? signal(day) : 0), day };
  }
}

/**
 * What a strategy said of one agent, asked after every task: transitions into and out of a direction after
 * day 0, the share of looks at which it saw a direction, and the first day on which it said `declining`
 * (`Infinity` when it never did).
 */
export function judge(strategy, settings) {
  const window = `${settings.windowDays}d`;
  const tracker = strategy.track('quality', window);
  const held = [];
  let oldest = 0;
  let direction = 'insufficient_data';
  const verdict = { transitions: 0, looks: 0, inDirection: 0, noticedOn: Infinity };
  for (const point of agentPoints(settings)) {
    tracker.insert(point);
    held.push(point);
    while (held[oldest].at < point.at - settings.windowDays * DAY_MS) tracker.remove(held[oldest++]);
    const next = tracker.direction(direction);
    if (point.day >= 0) note(verdict, direction, next, point.day);
    direction = next;
  }
  return verdict;
}

const isTrend = (direction) => direction === 'improving' || direction === 'declining';

function note(verdict, from, to, day) {
  verdict.looks++;
  if (isTrend(to)) verdict.inDirection++;
  if (from !== to && (isTrend(from) || isTrend(to))) verdict.transitions++;
  if (to === 'declining' && from !== 'declining' && verdict.noticedOn === Infinity) verdict.noticedOn = day;
}

/** False transitions per agent-year, and the share of looks at which noise passes for a trend. */
export function falseTransitions(strategy, { years, ...settings }) {
  const verdict = judge(strategy, { ...settings, days: years * YEAR_DAYS });
  return { perYear: verdict.transitions / years, share: verdict.inDirection / verdict.looks };
}

/** Days from the onset of a signal until half of the agents were noticed; `Infinity` when less than half were. */
export function medianDaysToNotice(strategy, { agents, seed, ...settings }) {
  const days = Array.from(
    { length: agents },
    (_, agent) => judge(strategy, { ...settings, seed: seed + 7919 * agent }).noticedOn,
  ).sort((a, b) => a - b);
  return days[agents >> 1];
}
