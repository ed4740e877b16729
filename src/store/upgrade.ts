import { encodeOutput } from './codec/numbered-output.js';
import { unsealJson } from './codec/seal.js';
import { type Connection, del, type Put, put } from './connection.js';
import { metaKey, outputPartsOf, outputsAfter } from './keys.js';
import { formatPut, type Head, outputsPut, type Upgrade, upgradePut } from './meta.js';
import type { Output } from './types.js';

const UPGRADING = 'Upgrading the database';

/** Outputs rewritten in one batch. */
const CHUNK = 64;

/**
 * Upgrades a database of an older format in place. Format 1 had outputs without numbers, and no count of them. What
 * format 2 had is as it was: it could not yet hold a journal whose beginning was dropped, nor retries and ticks of a part
 * of the agents.
 *
 * The new format is written first, together with how far the upgrade has got: an older version refuses the database
 * from then on, and this one goes on where it was interrupted. Each step is one atomic batch with its progress.
 */
export async function upgradeStore(
  connection: Connection,
  upgrade: Upgrade,
  { lastSeq }: Head,
): Promise<void> {
  if (upgrade.from > 1) return connection.write(UPGRADING, [formatPut()]);
  await connection.write(UPGRADING, [formatPut(), upgradePut(upgrade)]);
  let reached = upgrade;
  let puts: Put[] = [];
  const write = async (): Promise<void> => {
    await connection.write(UPGRADING, [...puts, upgradePut(reached)]);
    puts = [];
  };
  for await (const entries of connection.entries(UPGRADING, outputsAfter(Math.max(upgrade.seq - 1, 0)))) {
    for (const [key, value] of entries) {
      const place = outputPartsOf(key);
      if (!place || place.seq < reached.seq) continue;
      if (place.seq === reached.seq && place.position <= reached.position) continue;
      reached = { ...reached, ...place, count: reached.count + 1 };
      // What is damaged stays damaged, and keeps its number: it is reported when it is read.
      const output = unsealJson(key, value) as Output | undefined;
      if (output !== undefined) puts.push(put(key, encodeOutput(key, reached.count, output)));
      if (puts.length >= CHUNK) await write();
    }
  }
  const { count, seq, position } = reached;
  // Nobody knows with which windows and strategies they were made.
  const outputs = { count, seq, position: Math.max(position, 0), settled: lastSeq };
  await connection.write(UPGRADING, [...puts, outputsPut(outputs), del(metaKey('upgrade'))]);
}
