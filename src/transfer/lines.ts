import { z } from 'zod';
import { MAX_TIME } from '../events/fields.js';
import { performanceEventSchema } from '../events/schema.js';
import { droppedSchema } from '../store/meta.js';
import type { JournalRecord, NewRecord } from '../store/types.js';
import type { FoundationLine, OutputLine } from './foundation-lines.js';
import { stampedSchema } from './stamped.js';

const count = z.int().min(0);

/** An export of a journal of which nothing is missing, and which a replay makes everything else of. */
const plainHeader = z.strictObject({
  tenure: z.literal('journal'),
  format: z.literal(1),
  /** How many lines follow. */
  records: count,
});

/** One of which more is to be known: what stands in for dropped records, and what was said by other rules. */
const wholeHeader = z.strictObject({
  tenure: z.literal('journal'),
  format: z.literal(2),
  /** How many records there are among the lines that follow. */
  records: count,
  /** The greatest `now` of all records, the dropped ones too. */
  watermark: z.number().min(0).max(MAX_TIME),
  /** The outputs of records up to this were made by other rules than those in force: a replay takes them from the log. */
  settled: count,
  dropped: droppedSchema.omit({ generation: true }),
  crc: count,
});

/** What an export begins with. */
export const headerSchema = z.discriminatedUnion('format', [plainHeader, wholeHeader], {
  error: 'expected the header of an export of tenure, of format 1 or 2',
});
export type WholeHeader = z.output<typeof wholeHeader>;

const place = { seq: z.int().min(1), now: z.number().min(0).max(MAX_TIME) };
const agent = z.int().min(1).max(0xffff_ffff);

const name = z.string().min(1).max(256);
const eventLine = z.strictObject({
  kind: z.literal('event'),
  ...place,
  agent,
  event: performanceEventSchema,
  /** What the journal keeps beside the event: facts of the moment at which it was accepted. */
  stamps: z.strictObject({ department: name.optional(), stamped: stampedSchema.optional() }).optional(),
});
const retryLine = z.strictObject({ kind: z.literal('retry'), ...place, of: z.int().min(1), agent });
const tickLine = z.strictObject({
  kind: z.literal('tick'),
  ...place,
  agents: z
    .tuple([agent, agent])
    .transform(([first, last]) => [first, last] as const)
    .optional(),
  alone: z
    .array(name)
    .min(1)
    // Zod's own way freezes what it refuses.
    .transform((names): readonly string[] => names)
    .optional(),
});

/** One record of the journal, with every field that a replay needs, in the order in which an export has them. */
export const recordSchema = z.discriminatedUnion('kind', [eventLine, retryLine, tickLine]);

export type ExportHeader = z.output<typeof headerSchema>;
export type ExportedRecord = z.output<typeof recordSchema>;
/**
 * What an export is made of: the header, then every record in order. One of format 2 has what stands in for dropped
 * records before them, if any were dropped, and the log behind them, as far as a replay does not make it.
 */
export type ExportLine = ExportHeader | FoundationLine | ExportedRecord | OutputLine;

/**
 * A record as an export has it.
 *
 * @param canonical the event to the letter; what else the record holds of it was stamped on
 */
export function exported(record: JournalRecord, canonical: string | undefined): ExportedRecord {
  if (record.kind === 'tick') return record;
  if (record.kind === 'retry') {
    const { agentNo, ...rest } = record;
    return { ...rest, agent: agentNo };
  }
  const { seq, now, agentNo, event: stored } = record;
  const event = JSON.parse(canonical as string);
  const { seq: _seq, recordedAt: _recordedAt, isDepartmentStamped: _isDepartmentStamped, ...rest } = stored;
  const stamps = Object.fromEntries(Object.entries(rest).filter(([key]) => !Object.hasOwn(event, key)));
  const isStamped = Object.keys(stamps).length > 0;
  return { kind: 'event', seq, now, agent: agentNo, event, ...(isStamped && { stamps }) };
}

/** A line as the journal takes it. */
export function imported(line: ExportedRecord): NewRecord {
  if (line.kind === 'tick') return line;
  if (line.kind === 'retry') {
    const { agent: agentNo, ...rest } = line;
    return { ...rest, agentNo };
  }
  const { seq, now, agent: agentNo, event, stamps } = line;
  const { id, at } = event;
  return { kind: 'event', seq, now, agentNo, id, at, json: JSON.stringify(event), ...stamps };
}
