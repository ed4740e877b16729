import { decodeOutput } from '../codec/numbered-output.js';
import type { Connection } from '../connection.js';
import { outputPartsOf, partRange } from '../keys.js';
import type { Meta } from '../meta.js';
import type { Output } from '../types.js';
import type { Finding } from './finding.js';

/** Checks every output and its number. Those made with other windows or strategies cannot be made again. */
export async function* inspectOutputs(
  connection: Connection,
  { outputs: meta, dropped }: Meta,
): AsyncGenerator<Finding, void> {
  const settled = Math.max(meta?.settled ?? 0, dropped.seq);
  let expected = 1;
  for await (const entries of connection.entries('Reading outputs', partRange('outputs'))) {
    for (const [key, value] of entries) {
      const seq = outputPartsOf(key)?.seq ?? 0;
      const where = { part: 'outputs', seq, repairable: seq > settled };
      const decoded = decodeOutput(key, value);
      const output = decoded?.output as Output | undefined;
      if (decoded === undefined || output?.seq !== seq) {
        yield { ...where, message: `An output of record ${seq} is damaged` };
        expected += 1;
        continue;
      }
      if (decoded.no !== expected) {
        const message = `Output ${expected} is missing: the one of record ${seq} is number ${decoded.no}`;
        yield { ...where, message };
      }
      expected = decoded.no + 1;
    }
  }
  if (meta === undefined) {
    yield { part: 'outputs', message: 'How many outputs there are is not known any more', repairable: true };
  } else if (meta.count !== expected - 1) {
    const message = `There are ${expected - 1} outputs, expected ${meta.count}`;
    yield { part: 'outputs', seq: meta.seq, message, repairable: meta.seq > settled };
  }
}
