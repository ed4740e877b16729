/**
 * How often noise passes for a trend, and how soon a true one is noticed: Tenure, the bare threshold rule
 * and a Mann–Kendall test at 0.05, each asked after every task. `node bench/trend-truth.mjs [--quick]`
 */
import { pathToFileURL } from 'node:url';
import { theilSen, thresholdOnly } from '../dist/src/trends/index.js';
import { falseTransitions, medianDaysToNotice } from './trend-simulation.mjs';

const WINDOWS = [7, 30, 90];
const RATES = [0.5, 1, 3, 10, 30];
const CORRELATIONS = [0, 0.3, 0.5];
const SIGNALS = {
  'fade of 0.03 a day': (day) => -0.03 * Math.max(0, day),
  'fade of 0.05 a day': (day) => -0.05 * Math.max(0, day),
  'fade of 0.1 a day': (day) => -0.1 * Math.max(0, day),
  'fade of 0.2 a day': (day) => -0.2 * Math.max(0, day),
  'step of 1 point': (day) => (day > 0 ? -1 : 0),
};

/** A Mann–Kendall test (normal approximation, no ties) at a two-sided 0.05, from five points on. */
const mannKendallAlways = {
  name: 'mannKendallAlways',
  track: () => {
    const values = [];
    let s = 0;
    const signs = (value) => values.reduce((sum, other) => sum + Math.sign(value - other), 0);
    return {
      insert({ value }) {
        s += signs(value);
        values.push(value);
      },
      remove() {
        s += signs(values.shift());
      },
      direction() {
        const n = values.length;
        if (n < 5) return 'insufficient_data';
        const z = (Math.abs(s) - 1) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
        if (z < 1.959964) return 'stable';
        return s > 0 ? 'improving' : 'declining';
      },
    };
  },
};

const STRATEGIES = {
  Tenure: theilSen(),
  'bare ±0.05': thresholdOnly(),
  'MK 0.05': mannKendallAlways,
};

/** Noise only: false transitions per agent-year, and in brackets the share of looks that show a trend. */
function noiseTable(years) {
  return CORRELATIONS.flatMap((rho) =>
    RATES.flatMap((tasksPerDay) =>
      WINDOWS.map((windowDays) => ({
        correlation: rho,
        'tasks a day': tasksPerDay,
        window: `${windowDays}d`,
        ...overStrategies((strategy) => {
          const seed = 1000 * rho + 10 * tasksPerDay + windowDays;
          const agentYears = Math.max(2, Math.round(years / Math.max(1, tasksPerDay)));
          const settings = { windowDays, tasksPerDay, rho, seed, years: agentYears };
          const { perYear, share } = falseTransitions(strategy, settings);
          return `${perYear.toFixed(1)} (${Math.round(100 * share)} %)`;
        }),
      })),
    ),
  );
}

/** A signal after one window without any: median days until it is noticed, `—` when not within 120 days. */
function delayTable(agents, tasksPerDay) {
  return Object.entries(SIGNALS).flatMap(([name, signal]) =>
    WINDOWS.map((windowDays) => ({
      signal: name,
      window: `${windowDays}d`,
      ...overStrategies((strategy) => {
        const settings = { windowDays, tasksPerDay, signal, agents, days: 120, seed: windowDays };
        const days = medianDaysToNotice(strategy, settings);
        return days === Infinity ? '—' : days.toFixed(1);
      }),
    })),
  );
}

function overStrategies(measure) {
  return Object.fromEntries(Object.entries(STRATEGIES).map(([name, strategy]) => [name, measure(strategy)]));
}

export function formatTable(rows) {
  const names = Object.keys(rows[0]);
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name]).length)));
  const line = (cells) => `| ${cells.map((cell, i) => String(cell).padEnd(widths[i])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(names), rule, ...rows.map((row) => line(names.map((name) => row[name])))].join('\n');
}

export async function run({ quick = false } = {}) {
  const noise = noiseTable(quick ? 20 : 150);
  const delays = delayTable(quick ? 40 : 400, 1);
  console.log(
    '\nNoise without a trend: false transitions per agent-year (share of looks that show a trend)\n',
  );
  console.log(formatTable(noise));
  console.log('\nOne task a day, standard deviation 1: median days until a true decline is noticed\n');
  console.log(formatTable(delays));
  return { noise, delays };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run({ quick: process.argv.includes('--quick') });
}
