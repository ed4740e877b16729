import { afterAll, beforeAll } from 'vitest';
import type { FaultCounts, FaultyDatabase } from '../../src/testing/index.js';

/** `npm run test:faults` wants to be told. */
const IS_TOLD = process.env.TENURE_FAULTS !== undefined;

const WORDS: Record<keyof FaultCounts, string> = {
  lostWrites: 'writes lost',
  storedWrites: 'writes stored and unconfirmed',
  fullWrites: 'writes without room',
  reads: 'reads failed',
  openings: 'openings failed',
  closings: 'closings failed',
  damagedValues: 'values damaged on being read',
};

let met: Readonly<FaultCounts>[] = [];
let entries = 0;

/** Has the faults of a database counted. */
export function counted<Faulty extends FaultyDatabase>(db: Faulty): Faulty {
  met.push(db.faults);
  return db;
}

/** Notes that a stored entry was damaged, behind everybody's back. */
export function noteDamage(): void {
  entries++;
}

/** Says at the end of a file of tests how many faults there were in it, when that was what one asked for. */
export function reportFaults(what: string): void {
  let startedAt = 0;
  beforeAll(() => {
    startedAt = performance.now();
    met = [];
    entries = 0;
  });
  afterAll(() => {
    if (!IS_TOLD) return;
    const kinds = Object.entries(WORDS).map(([kind, words]): [string, number] => [
      words,
      met.reduce((sum, counts) => sum + counts[kind as keyof FaultCounts], 0),
    ]);
    const all: [string, number][] = [...kinds, ['entries damaged', entries]];
    const found = all.filter(([, count]) => count > 0).map(([words, count]) => `${count} ${words}`);
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(`${what}: ${found.join(', ')}, in ${seconds.toFixed(0)} s\n`);
  });
}
