import { decodeOutput, encodeOutput } from '../store/codec/numbered-output.js';
import { type Connection, type Del, del, type Put, put } from '../store/connection.js';
import { outputKey, outputsAfter, partRange } from '../store/keys.js';
import { outputsPut } from '../store/meta.js';
import type { Output } from '../store/types.js';
import type { Tracker } from '../tracker.js';

const MENDING = 'Repairing outputs';
const CHUNK = 500;

/**
 * Puts back the outputs that are damaged or missing, as a replay makes them, and numbers all of them anew. What was
 * announced and is sound stays as it is. Interrupted, it is to be run again.
 */
export async function mendOutputs(connection: Connection, settled: number, rebuilt: Tracker): Promise<void> {
  const outputs = new Map<string, Output>();
  const wanted: Del[] = [];
  for await (const entries of connection.entries(MENDING, outputsAfter(settled))) {
    for (const [key, value] of entries) {
      const output = decodeOutput(key, value)?.output as Output | undefined;
      if (output && outputKey(output.seq, output.position).equals(key)) outputs.set(nameOf(output), output);
      else wanted.push(del(key));
    }
  }
  for await (const output of rebuilt.log(settled)) {
    if (!outputs.has(nameOf(output))) outputs.set(nameOf(output), output);
  }
  const ordered = [...outputs.values()].sort((a, b) => a.seq - b.seq || a.position - b.position);
  let no = await lastNumber(connection, settled);
  let operations: (Put | Del)[] = wanted;
  for (const output of ordered) {
    no += 1;
    const key = outputKey(output.seq, output.position);
    operations.push(put(key, encodeOutput(key, no, output)));
    if (operations.length < CHUNK) continue;
    await connection.write(MENDING, operations);
    operations = [];
  }
  const { seq, position } = ordered.at(-1) ?? { seq: settled, position: 0 };
  await connection.write(MENDING, [...operations, outputsPut({ count: no, seq, position, settled })]);
}

/** The number of the last sound output that is not touched. */
async function lastNumber(connection: Connection, settled: number): Promise<number> {
  let last = 0;
  const { gte } = partRange('outputs');
  for await (const entries of connection.entries(MENDING, { gte, lte: outputKey(settled, 0xffff_ffff) })) {
    for (const [key, value] of entries) last = decodeOutput(key, value)?.no ?? last;
  }
  return last;
}

function nameOf({ seq, position }: Output): string {
  return `${seq}.${position}`;
}
