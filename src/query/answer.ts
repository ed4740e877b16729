import type { ModelConfig } from '../agent/config.js';
import type { AgentRegistry } from '../runtime/registry.js';
import { pause } from '../store/breathe.js';
import type { Rollups } from '../store/rollups/rollups.js';
import { Collector, type Group } from './collector.js';
import type { CompanyFigures } from './company-figures.js';
import type { Mending } from './mending.js';
import { figuresOf, type Who } from './result.js';
import { QUERY_METRICS } from './schemas.js';
import type { GroupKey, Selection } from './selection.js';
import { sorted } from './sorted.js';
import { addInMemory, addStored, sourcesOf } from './sources.js';
import type { QueryGroup, QueryMetric } from './types.js';

export interface AnswerParts {
  readonly company: CompanyFigures;
  readonly mending: Mending;
  readonly registry: AgentRegistry;
  readonly rollups: Rollups;
  readonly config: ModelConfig;
}

/**
 * Adds up what is selected, by group, as it is known now.
 *
 * @param needsObservations whether a collaboration score is to be given
 */
export function collect(
  parts: AnswerParts,
  selection: Selection,
  wanted: Wanted,
): Promise<Map<GroupKey, Group>> {
  return parts.mending.answered(() => collectOnce(parts, selection, wanted));
}

interface Wanted {
  readonly now: number;
  readonly needsObservations: boolean;
}

async function collectOnce(
  { company, registry, rollups, config }: AnswerParts,
  selection: Selection,
  { now, needsObservations }: Wanted,
): Promise<Map<GroupKey, Group>> {
  const { collaboration } = config;
  const keepsObservations = needsObservations && !collaboration.additive;
  const agentIdOf = (no: number): string => registry.byNumber(no)?.agentId ?? '';
  const collector = new Collector(selection, collaboration, keepsObservations ? agentIdOf : undefined);
  await company.read(
    now,
    async (overlay, coming) => {
      const sources = sourcesOf(selection, rollups.scopes, keepsObservations);
      await addInMemory(selection, sources, { overlay, coming }, collector);
      return sources;
    },
    (sources) => addStored(selection, sources, rollups, collector),
  );
  return collector.groups;
}

/** The groups of an answer, by name, the nameless last. */
export async function answer<M extends QueryMetric>(
  parts: AnswerParts,
  selection: Selection,
  now: number,
  metrics: readonly M[] = QUERY_METRICS as readonly QueryMetric[] as readonly M[],
): Promise<QueryGroup<M>[]> {
  const needsObservations = (metrics as readonly QueryMetric[]).includes('collaborationScore');
  const groups = await collect(parts, selection, { now, needsObservations });
  const { groupBy } = selection;
  if (groupBy === undefined) {
    const collector =
      groups.get(0) ?? new Collector(selection, parts.config.collaboration, undefined).group(0);
    return [figuresOf(metrics, collector, whoOf(selection.agent), parts.config)];
  }
  const named: Named[] = [];
  for (const [key, group] of groups) {
    const entry = groupBy === 'agent' ? parts.registry.byNumber(key as number) : selection.agent;
    const name = groupBy === 'agent' ? entry?.agentId : (key as string | undefined);
    named.push({ name, group, entry });
    const due = pause();
    if (due) await due;
  }
  const answered: QueryGroup<M>[] = [];
  for (const { name, group, entry } of await sorted(named, byName)) {
    const figures = figuresOf(metrics, group, whoOf(entry), parts.config);
    answered.push(Object.assign({ [NAMES[groupBy]]: name } as QueryGroup<M>, figures));
    const due = pause();
    if (due) await due;
  }
  return answered;
}

/** Under which the name of a group is told. */
const NAMES = { agent: 'agentId', department: 'department', project: 'projectId' } as const;

interface Named {
  readonly name: string | undefined;
  readonly group: Group;
  readonly entry: Selection['agent'];
}

/** Role weights apply where the observations are one agent's. */
function whoOf(entry: Selection['agent']): Who {
  if (!entry) return { agentId: '', role: undefined };
  const profile = entry.actor?.getSnapshot().context.state.profile;
  return { agentId: entry.agentId, role: profile ? profile.role?.value : entry.role };
}

function byName(a: Named, b: Named): number {
  if (a.name === undefined || b.name === undefined)
    return Number(a.name === undefined) - Number(b.name === undefined);
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
