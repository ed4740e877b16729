import { DAY_MS } from '../windows/duration.js';
import type { Judgement } from './judgement.js';
import type { HiringCriterion } from './outputs.js';

/** Why a department is short of hands or idle, in one plain sentence with the numbers that it rests on. */
export function sentence(department: string, { criteria, agents, ...rest }: Judgement): string {
  const { evidence, openTasks, arrived, finished } = rest;
  const is = evidence === 'short' ? 'short of hands' : 'idle';
  const wanted = (name: string): boolean => (name === 'tasksPerAgentDay') === (evidence === 'idle');
  const reasons = criteria.filter(({ met, name }) => met && wanted(name)).map(phrase);
  const work = `${arrived} tasks arrived, ${finished} were finished, ${openTasks} are open`;
  return `${department} is ${is} with ${counted(agents, 'agent')}: ${reasons.join('; ')} (${work}).`;
}

function phrase({ name, value, threshold, window }: HiringCriterion): string {
  const found = value ?? 0;
  switch (name) {
    case 'arrivalRatio':
      return `${found.toFixed(2)} tasks arrived for each finished over ${window} (limit ${threshold})`;
    case 'timeInQueue':
      return `open tasks have waited ${inDays(found)} on average (limit ${inDays(threshold)})`;
    case 'completionTime':
      return `completion time grows by ${percent(Math.expm1(found * 7))} a week over ${window}`;
    case 'successRate':
      return `success falls by ${percent(-found * 7)} a week over ${window}`;
    case 'tasksPerAgentDay':
      return `${found.toFixed(2)} tasks arrived per agent and day over ${window} (limit ${threshold})`;
  }
}

function inDays(ms: number): string {
  return `${(ms / DAY_MS).toFixed(1)} days`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
