// What Tenure says of simulated companies, against what is true of them, over many seeds, under the default policy.
import { MemoryLevel } from 'memory-level';
import { median } from 'simple-statistics';
import { SimulatedClock } from 'xstate';
import { openTracker } from '../dist/src/index.js';
import { createCompany, judge, simulate } from '../dist/src/simulation/index.js';
import { printTable } from './table.mjs';

const ABOUT_SKILL = [
  'seed',
  'losses of ≥ 3',
  'noticed',
  'changes noticed in, days',
  'false alarms a year',
  'promotions right (late) / wrong',
  'demotions right (late) / wrong',
];
const ABOUT_DISMISSAL = [
  'seed',
  'agents',
  'dismissals right (late) / wrong',
  'long losses to the company',
  'proposed',
  'missed',
  'proposed in, days',
  'good all the time: of them proposed',
  'good but difficult: of them proposed',
];

export async function run({ quick = false } = {}) {
  const seeds = quick ? 2 : 20;
  const days = quick ? 180 : 365;
  const verdicts = [];
  for (let seed = 1; seed <= seeds; seed++) verdicts.push(await verdictOn(seed, days));
  const named = [...verdicts.map((verdict, i) => [i + 1, [verdict]]), ['all', verdicts]];
  const title = `${seeds} companies of 24 agents over ${days} days, default policy`;
  printTable(`Skill: ${title}`, ABOUT_SKILL, named.map(skillRow));
  printTable(`Dismissals: ${title}`, ABOUT_DISMISSAL, named.map(dismissalRow));
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

function skillRow([name, verdicts]) {
  const sum = (of) => verdicts.reduce((all, verdict) => all + of(verdict), 0);
  const changes = verdicts.flatMap(({ agents }) => agents.flatMap((agent) => agent.changes));
  const years = sum(({ agents }) => agents.reduce((all, { days }) => all + days, 0)) / 365;
  return [
    name,
    sum(({ fades }) => fades.all),
    withOpen(
      sum(({ fades }) => fades.noticed),
      sum(({ fades }) => fades.open),
    ),
    middle(changes.map(({ noticedAfter }) => noticedAfter)),
    (sum(({ falseAlarms }) => falseAlarms) / years).toFixed(1),
    proposals(verdicts, 'promotions'),
    proposals(verdicts, 'demotions'),
  ];
}

function dismissalRow([name, verdicts]) {
  const sum = (of) => verdicts.reduce((all, verdict) => all + of(verdict), 0);
  const ofLosses = (of) => sum(({ losses }) => of(losses));
  const losses = verdicts.flatMap(({ agents }) => agents.flatMap((agent) => agent.losses));
  const proposed = (key) =>
    `${sum((verdict) => verdict[key].all)}: ${sum((verdict) => verdict[key].proposedForDismissal)}`;
  return [
    name,
    sum(({ agents }) => agents.length),
    proposals(verdicts, 'terminations'),
    ofLosses(({ all }) => all),
    ofLosses(({ proposed }) => proposed),
    withOpen(
      ofLosses(({ all, proposed, open }) => all - proposed - open),
      ofLosses(({ open }) => open),
    ),
    middle(losses.map(({ proposedAfter }) => proposedAfter)),
    proposed('constantlyGood'),
    proposed('difficult'),
  ];
}

function proposals(verdicts, kind) {
  const sum = (key) => verdicts.reduce((all, verdict) => all + verdict[kind][key], 0);
  return `${sum('right')} (${sum('late')}) / ${sum('wrong')}`;
}

function withOpen(count, open) {
  return open === 0 ? count : `${count} (${open} open)`;
}

function middle(days) {
  const known = days.filter((day) => day !== null);
  return known.length === 0 ? '–' : Math.round(median(known));
}

if (import.meta.url === `file://${process.argv[1]}`) await run({ quick: process.argv.includes('--quick') });
