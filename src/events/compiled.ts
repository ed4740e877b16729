import { z } from 'zod';
import {
  EVENT_TYPES,
  type PerformanceEvent,
  type PerformanceEventType,
  performanceEventSchema,
} from './schema.js';

type Schema = z.ZodType<PerformanceEvent>;

/** By type. */
const compiled = new Map<unknown, Schema>();

/**
 * Compiles what reads events, a type at a time, once in a process. Each takes some milliseconds: a host that records its
 * first events of several types in one go would wait for all of them.
 */
export function* compileEvents(): Generator<void, void> {
  for (const type of EVENT_TYPES) {
    if (compiled.has(type)) continue;
    compile(type);
    yield;
  }
}

/**
 * Reads an input as an event. The answer is that of `performanceEventSchema`, from code that zod makes of it for each
 * type: it reads an event several times as fast and leaves a quarter of the garbage behind.
 */
export function readEvent(input: unknown): z.ZodSafeParseResult<PerformanceEvent> {
  return schemaFor(input).safeParse(input);
}

function schemaFor(input: unknown): Schema {
  const type: unknown = (input as { type?: unknown } | null | undefined)?.type;
  return compiled.get(type) ?? compile(type);
}

function compile(type: unknown): Schema {
  const option: Schema | undefined = z.getDiscriminatedOption(
    performanceEventSchema,
    type as PerformanceEventType,
  );
  // Nothing that has no such type is an event: the whole schema says so best.
  if (!option) return performanceEventSchema;
  const schema = z.compile(option);
  compiled.set(type, schema);
  return schema;
}
