import { z } from 'zod';
import { MAX_TIME } from '../events/fields.js';
import { performanceEventSchema, type Stamped } from '../events/schema.js';
import type { JournalRecord, NewRecord } from '../store/types.js';

/** What an export begins with. */
export const headerSchema = z.strictObject({
  tenure: z.literal('journal'),
  format: z.literal(1, { error: 'expected an export of format 1' }),
  /** How many lines follow. */
  records: z.int().min(0),
});

const place = { seq: z.int().min(1), now: z.number().min(0).max(MAX_TIME) };
const agent = z.int().min(1).max(0xffff_ffff);

const name = z.string().min(1).max(256);
const stamped = z.strictObject({
  decided: z
    .strictObject({
      kind: z.enum(['promotion', 'demotion', 'termination', 'elevation']),
      level: z.string().min(1).max(64).optional(),
    })
    .optional(),
  alone: z.literal(true).optional(),
}) satisfies z.ZodType<Stamped>;

const eventLine = z.strictObject({
  kind: z.literal('event'),
  ...place,
  agent,
  event: performanceEventSchema,
  /** What the journal keeps beside the event: facts of the moment at which it was accepted. */
  stamps: z.strictObject({ department: name.optional(), stamped: stamped.optional() }).optional(),
});
const retryLine = z.strictObject({ kind: z.literal('retry'), ...place, agent, of: z.int().min(1) });
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

/** One record of the journal, with every field that a replay needs. */
export const recordSchema = z.discriminatedUnion('kind', [eventLine, retryLine, tickLine]);

export type ExportHeader = z.output<typeof headerSchema>;
export type ExportedRecord = z.output<typeof recordSchema>;
/** What an export is made of: the header, then every record in order. */
export type ExportLine = ExportHeader | ExportedRecord;

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
  const { seq: _seq, recordedAt: _recordedAt, ...rest } = stored;
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
