import { type Command, Option } from 'commander';
import type { AgentSummary, Standing } from '../agent/performance.js';
import type { Context } from './context.js';
import { look } from './look.js';
import { example, type ReadOptions, wholeNumber, withReadOptions } from './options.js';
import { renderAgents } from './render/agents.js';

interface AgentsOptions extends ReadOptions {
  readonly department?: string;
  readonly standing?: Standing;
  readonly limit?: number;
}

const STANDINGS: readonly Standing[] = [
  'unproven',
  'steady',
  'promotable',
  'at_risk',
  'terminable',
  'departed',
];

/** `tenure agents` */
export function addAgents(program: Command, context: Context): void {
  const command = program
    .command('agents')
    .summary('list the agents')
    .description(
      'List the agents with their work, quality and trends, by name. JSON: an array of summaries.',
    );
  withReadOptions(command)
    .option('--department <name>', 'only those of this department')
    .addOption(new Option('--standing <standing>', 'only those that stand like this').choices(STANDINGS))
    .option('--limit <n>', 'at most so many', wholeNumber(1))
    .action((options: AgentsOptions) => agentsCommand(options, context));
  example(command, 'tenure agents --department support --limit 20');
}

async function agentsCommand(options: AgentsOptions, { io, out, colors }: Context): Promise<void> {
  const { department, standing, limit = Number.POSITIVE_INFINITY } = options;
  await look(options, io, async (tracker) => {
    const filter = {
      ...(department !== undefined && { department }),
      ...(standing !== undefined && { standing }),
    };
    const agents = (await tracker.agents(filter)).toSorted(byId);
    const shown = agents.slice(0, limit);
    if (options.json) await out.json(shown);
    else await out.write(renderAgents(shown, agents.length, colors));
  });
}

function byId(a: AgentSummary, b: AgentSummary): number {
  return a.agentId < b.agentId ? -1 : 1;
}
