import type { Recommendation } from '../agent/outputs.js';
import { departmentOf } from '../agent/profile.js';
import { TenureError } from '../errors.js';
import type { RecommendationKind } from '../events/schema.js';
import type { OpenRecommendation } from '../policy/career.js';
import type { Log } from './output-log.js';
import type { Runtime } from './runtime.js';

/** Which recommendations are meant; without any field, all. */
export interface RecommendationFilter {
  readonly agentId?: string | undefined;
  /** The agent's department now. */
  readonly department?: string | undefined;
  readonly kind?: RecommendationKind | undefined;
}

/** What was proposed and nobody has decided on yet, as it was announced, the oldest first. */
export async function openRecommendations(
  runtime: Runtime,
  { agentId, department, kind }: RecommendationFilter,
): Promise<Recommendation[]> {
  const open: OpenRecommendation[] = [];
  for await (const [entry, state] of runtime.states()) {
    if (agentId !== undefined && entry.agentId !== agentId) continue;
    if (department !== undefined && departmentOf(state.profile) !== department) continue;
    open.push(...state.career.open.filter((one) => kind === undefined || one.kind === kind));
  }
  open.sort((a, b) => a.seq - b.seq);
  const found: Recommendation[] = [];
  for (const one of open) found.push(await announcementOf(runtime.log, one));
  return found.sort((a, b) => a.seq - b.seq || a.position - b.position);
}

/** @throws TenureError `TENURE_CORRUPT` when the log does not hold what an agent remembers to have announced */
async function announcementOf(log: Log, { id, seq }: OpenRecommendation): Promise<Recommendation> {
  for await (const output of log.after(seq - 1)) {
    if (output.seq > seq) break;
    if (output.type === 'recommendation.made' && output.id === id) return output;
  }
  throw new TenureError('TENURE_CORRUPT', `Recommendation ${JSON.stringify(id)} is not in the log`, { seq });
}
