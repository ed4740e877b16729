import type { Command } from 'commander';
import type { Tracker } from '../tracker.js';
import { readCareer } from './career.js';
import type { Context } from './context.js';
import { readDeadLetters } from './dead-letters.js';
import { summariseDepartments, weeklyQuality } from './departments.js';
import { latestHiring } from './hiring.js';
import { knownAgent } from './known-agent.js';
import { look } from './look.js';
import { bySureness } from './movers.js';
import { example, type ReadOptions, wholeNumber, withReadOptions } from './options.js';
import { recentTurns } from './recent-turns.js';
import { renderAgentReport } from './render/agent-report.js';
import { companyJson, renderCompany } from './render/company-report.js';
import { takeSurvey } from './survey.js';

interface ReportOptions extends ReadOptions {
  readonly agent?: string;
  readonly limit: number;
}

/** `tenure report` */
export function addReport(program: Command, context: Context): void {
  const command = program
    .command('report')
    .summary('describe the company, or one agent')
    .description(
      [
        'Describe the company: its departments, where its agents stand, which of them changed most, and which scores',
        'nothing feeds. With --agent, everything that is known of one agent, with the evidence.',
      ].join(' '),
    );
  withReadOptions(command)
    .option('--agent <id>', 'describe this agent')
    .option('--limit <n>', 'list so many of the agents that changed', wholeNumber(1), 15)
    .action((options: ReportOptions) => reportCommand(options, context));
  example(command, 'tenure report --db ./company', 'tenure report --db ./company --agent ada-01');
}

async function reportCommand(options: ReportOptions, context: Context): Promise<void> {
  const { agent } = options;
  await look(options, context.io, (tracker) =>
    agent === undefined
      ? reportCompany(tracker, options, context)
      : reportAgent(tracker, agent, options, context),
  );
}

async function reportCompany(
  tracker: Tracker,
  options: ReportOptions,
  { out, colors }: Context,
): Promise<void> {
  const survey = await takeSurvey(tracker);
  const departments = await summariseDepartments(tracker, survey.agents, survey.movers);
  const changed = [];
  const ofQuality = survey.movers.filter(({ lead }) => lead.metric === 'quality').sort(bySureness);
  for (const mover of ofQuality.slice(0, options.limit)) {
    changed.push({ ...mover, weeks: await weeklyQuality(tracker, mover.performance.agentId) });
  }
  const report = {
    survey,
    departments,
    hiring: await latestHiring(tracker),
    changed,
    deadLetters: await readDeadLetters(tracker),
  };
  if (options.json) await out.json(companyJson(report));
  else await out.write(renderCompany(report, colors));
}

async function reportAgent(
  tracker: Tracker,
  agentId: string,
  options: ReportOptions,
  { out, colors }: Context,
): Promise<void> {
  const performance = await knownAgent(tracker, agentId);
  const weeks = await weeklyQuality(tracker, agentId);
  const turns = await recentTurns(tracker, ({ agentId: of }) => of === agentId, options.limit);
  const report = {
    performance,
    career: await readCareer(tracker, agentId, options.limit),
    weeks,
    turns,
    deadLetters: await readDeadLetters(tracker, agentId),
  };
  if (options.json) await out.json(report);
  else await out.write(renderAgentReport(report, colors));
}
