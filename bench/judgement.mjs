// What Tenure says of simulated companies, against what is true of them, over many seeds, under the default policy.
import { MemoryLevel } from 'memory-level';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { createCompany, judge, simulate } from '../dist/src/simulation/index.js';
import { printTable } from './table.mjs';

const HEAD = [
  'seed',
  'good all the time',
  'of them to be dismissed',
  'losses of ≥ 3',
  'noticed',
  'changes noticed in, days',
  'promotions right / wrong',
  'demotions right / wrong',
  'dismissals right / wrong',
  'false alarms a year',
];

export async function run({ quick = false } = {}) {
  const seeds = quick ? 2 : 20;
  const days = quick ? 180 : 365;
  const verdicts = [];
  for (let seed = 1; seed <= seeds; seed++) verdicts.push(await verdictOn(seed, days));
  const rows = verdicts.map((verdict, i) => rowOf(i + 1, verdict));
  rows.push(rowOf('all', total(verdicts)));
  printTable(`Judgement: ${seeds} companies of 24 agents over ${days} days, default policy`, HEAD, rows);
}

async function verdictOn(seed, days) {
  const clock = new SimulatedClock();
  const tracker = await openTracker({ db: new MemoryLevel(), clock });
  const company = createCompany({ seed });
  const { staff, rejected } = await simulate(tracker, clock, company, { fromDay: 0, days });
  if (rejected.length > 0) throw rejected[0].error;
  const verdict = await judge(tracker, company, days - 1, staff);
  await tracker.close();
  return verdict;
}

function rowOf(name, verdict) {
  const { constantlyGood, fades, promotions, demotions, terminations } = verdict;
  const { medianDaysToNotice: median, falseAlarmsPerAgentYear } = verdict;
  const open = fades.open === 0 ? '' : ` (${fades.open} open)`;
  return [
    name,
    constantlyGood.all,
    constantlyGood.proposedForDismissal,
    fades.all,
    `${fades.noticed}${open}`,
    median === null ? '–' : Math.round(median),
    `${promotions.right} / ${promotions.wrong}`,
    `${demotions.right} / ${demotions.wrong}`,
    `${terminations.right} / ${terminations.wrong}`,
    falseAlarmsPerAgentYear.toFixed(1),
  ];
}

function total(verdicts) {
  const sum = (of) => verdicts.reduce((all, verdict) => all + of(verdict), 0);
  const counts = (kind) => ({
    right: sum((one) => one[kind].right),
    wrong: sum((one) => one[kind].wrong),
  });
  const delays = verdicts.flatMap(({ agents }) =>
    agents.flatMap(({ changes }) =>
      changes.flatMap(({ noticedAfter }) => (noticedAfter === null ? [] : [noticedAfter])),
    ),
  );
  const years = sum(({ agents }) => agents.reduce((all, { days }) => all + days, 0)) / 365;
  return {
    constantlyGood: {
      all: sum(({ constantlyGood }) => constantlyGood.all),
      proposedForDismissal: sum(({ constantlyGood }) => constantlyGood.proposedForDismissal),
    },
    fades: {
      all: sum(({ fades }) => fades.all),
      noticed: sum(({ fades }) => fades.noticed),
      open: sum(({ fades }) => fades.open),
    },
    medianDaysToNotice: delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)] ?? null,
    promotions: counts('promotions'),
    demotions: counts('demotions'),
    terminations: counts('terminations'),
    falseAlarmsPerAgentYear: sum(({ falseAlarms }) => falseAlarms) / years,
  };
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
