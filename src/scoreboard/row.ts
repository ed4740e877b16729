import type { AgentOutline, OverallScore, Standing, TrendSummary } from '../agent/performance.js';
import type { ByteReader, ByteWriter } from '../rows/bytes.js';
import type { ScoreOverride } from '../scoring/types.js';
import { TREND_DIRECTIONS } from '../trends/types.js';

/** What the totals of departments and the counts of standings need of an agent. */
export interface Counted {
  readonly standing: Standing;
  readonly department: string | undefined;
  readonly lifetime: Pick<AgentOutline['lifetime'], 'tasksCompleted' | 'tasksFailed' | 'totalCost'>;
}

/** What is shown of an agent as bytes, some 80 of them; its id is known of whoever reads them. */
export function writeRow(row: ByteWriter, agent: AgentOutline): void {
  const { lifetime, trust } = agent;
  row.word(agent.standing);
  row.word(agent.department);
  row.number(lifetime.tasksCompleted);
  row.number(lifetime.tasksFailed);
  row.number(lifetime.totalCost);
  row.number(lifetime.totalTokens);
  row.number(lifetime.totalToolCalls);
  row.number(lifetime.firstEventAt);
  row.number(lifetime.lastReviewAt);
  row.number(agent.asOf);
  row.text(agent.name);
  row.word(agent.role);
  row.word(agent.level);
  writeScore(row, agent.overallQualityScore);
  writeScore(row, agent.overallCollaborationScore);
  writeTrends(row, agent.trends);
  row.word(trust?.level);
  if (!trust) return;
  row.number(trust.score);
  row.number(trust.since);
}

/** The part of a row in front. */
export function readCounted(row: ByteReader): Counted {
  const standing = row.text() as Standing;
  const department = row.text();
  const lifetime = { tasksCompleted: row.number(), tasksFailed: row.number(), totalCost: row.number() };
  return { standing, department, lifetime };
}

/** What {@link writeRow} wrote. */
export function readRow(row: ByteReader, agentId: string): AgentOutline {
  const { standing, department, lifetime } = readCounted(row);
  const totals = {
    ...lifetime,
    totalTokens: row.number(),
    totalToolCalls: row.number(),
    firstEventAt: row.optional() as number | null,
    lastReviewAt: row.optional() as number | null,
  };
  const asOf = row.number();
  const [name, role, level] = [row.text(), row.text(), row.text()];
  const outline = {
    agentId,
    name,
    role,
    department,
    level,
    standing,
    asOf,
    lifetime: totals,
    overallQualityScore: readScore(row),
    overallCollaborationScore: readScore(row),
    trends: readTrends(row),
  };
  const trusted = row.text();
  if (trusted === undefined) return outline;
  const trust = { level: trusted, score: row.number(), since: row.optional() as number | null };
  return { ...outline, trust } as AgentOutline;
}

/** Kinds of scores: without enough data, computed, by a person. */
const [SCANT, COMPUTED, OVERRIDDEN] = [0, 1, 2];

function writeScore(row: ByteWriter, score: OverallScore): void {
  const { override } = score;
  row.byte(score.status !== 'ok' ? SCANT : override ? OVERRIDDEN : COMPUTED);
  row.word(score.window);
  row.number(score.count);
  row.number(score.status === 'ok' ? score.value : score.required);
  if (!override) return;
  row.number(override.score);
  row.text(override.reason);
  row.text(override.by);
  row.number(override.at);
  row.number(override.expiresAt);
}

function readScore(row: ByteReader): OverallScore {
  const kind = row.byte();
  const window = row.text() as string;
  const count = row.number();
  const figure = row.number();
  if (kind === SCANT)
    return { status: 'insufficient_data', count, required: figure, window, overridden: false };
  if (kind === COMPUTED) return { status: 'ok', value: figure, count, window, overridden: false };
  const override = readOverride(row);
  return { status: 'ok', value: figure, count, window, overridden: true, override };
}

function readOverride(row: ByteReader): ScoreOverride {
  const score = row.number();
  const [reason, by] = [row.text() as string, row.text() as string];
  const at = row.number();
  const expiresAt = row.optional();
  return { score, reason, by, at, ...(typeof expiresAt === 'number' && { expiresAt }) };
}

type Trends = AgentOutline['trends'];

/** Directions in a byte. */
const PACKED = 4;

/** The directions, two bits each; then since when. */
function writeTrends(row: ByteWriter, trends: Trends): void {
  row.number(trends.length);
  for (let first = 0; first < trends.length; first += PACKED) {
    let byte = 0;
    for (let i = Math.min(first + PACKED, trends.length) - 1; i >= first; i--) {
      byte = 4 * byte + TREND_DIRECTIONS.indexOf((trends[i] as TrendSummary).direction);
    }
    row.byte(byte);
  }
  for (const { since } of trends) row.number(since);
}

function readTrends(row: ByteReader): Trends {
  const packed = Array.from({ length: row.number() }, () => 0);
  const bytes = packed.map((_, i) => (i % PACKED === 0 ? row.byte() : 0));
  return packed.map((_, i) => {
    const byte = bytes[i - (i % PACKED)] as number;
    const direction = TREND_DIRECTIONS[(byte >> (2 * (i % PACKED))) & 3] as TrendSummary['direction'];
    return { direction, since: row.optional() as number | null };
  });
}
