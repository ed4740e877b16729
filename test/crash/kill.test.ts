import { describe, expect, it } from 'vitest';
import { inDirectory } from '../support/tracker.js';
import { expectNothingLost, killAt, MENDING_PLACES, PLACES, type Place, Witness } from './campaign.js';

/** `npm run test:crash` asks for more. */
const CYCLES = Number(process.env.CRASH_CYCLES ?? PLACES.length);
/** A new database after so many kills, so that looking through all of it stays quick. */
const KILLS_PER_DATABASE = 18;

/** Every place in turn, then any place at its n-th time, and now and then just somewhere. */
function placeOf(cycle: number, random: () => number): { place: Place | number; nth: number } {
  const place = PLACES[cycle % PLACES.length] as Place;
  if (cycle < PLACES.length) return { place, nth: 1 };
  if (cycle % 5 === 0) return { place: 1 + Math.floor(random() * 400), nth: 1 };
  const isOnce = ['opening', 'recovering', 'closing'].includes(place.phase);
  return { place, nth: 1 + Math.floor(random() * (isOnce ? 2 : 4)) };
}

/** A small generator, so that a campaign can be run again: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('kill -9', () => {
  it('in every phase loses nothing acknowledged, stores and announces nothing twice, and leaves every figure as a replay from nothing has it', async () => {
    const random = seeded(Number(process.env.CRASH_SEED ?? 1));
    const kills = new Map<string, number>();
    const begun = performance.now();
    let acknowledged = 0;
    for (let cycle = 0; cycle < CYCLES; ) {
      await inDirectory(async (path) => {
        const witness = new Witness();
        await killAt(path, witness, 120);
        for (let i = 0; i < KILLS_PER_DATABASE && cycle < CYCLES; i++, cycle++) {
          const { place, nth } = placeOf(cycle, random);
          const name = await killAt(path, witness, place, nth);
          kills.set(name, (kills.get(name) ?? 0) + 1);
          await expectNothingLost(path, witness);
        }
        acknowledged += witness.acknowledged.size;
      });
    }
    for (const { phase } of PLACES) expect(kills.get(phase), phase).toBeGreaterThan(0);
    const byPhase = [...kills].map(([phase, count]) => `${phase} ${count}`).join(', ');
    const seconds = Math.round((performance.now() - begun) / 1000);
    process.stdout.write(
      `\n${CYCLES} kills (${byPhase}), ${acknowledged} events acknowledged, ${seconds} seconds: nothing lost, nothing twice\n`,
    );
  }, 3_600_000);

  it('while what is damaged is being made again loses nothing either, and it is made again the next time', async () => {
    const random = seeded(Number(process.env.CRASH_SEED ?? 1));
    const cycles = Math.max(MENDING_PLACES.length, Math.round(CYCLES / 5));
    const begun = performance.now();
    const harmed = new Set<string>();
    let [kills, mending] = [0, 0];
    while (kills < cycles) {
      await inDirectory(async (path) => {
        const witness = new Witness();
        await killAt(path, witness, 120);
        for (let i = 0; i < KILLS_PER_DATABASE && kills < cycles; i++, kills++) {
          const place = MENDING_PLACES[kills % MENDING_PLACES.length] as Place;
          const nth = 1 + Math.floor(random() * 9);
          if ((await killAt(path, witness, place, nth)) === 'mending') mending++;
          await expectNothingLost(path, witness);
        }
        for (const part of witness.harmed) harmed.add(part);
      });
    }
    expect(mending).toBeGreaterThan(0);
    const seconds = Math.round((performance.now() - begun) / 1000);
    process.stdout.write(
      `\n${kills} kills, ${mending} of them while ${[...harmed].join(', ')} were made again, ${seconds} seconds: nothing lost, all made again\n`,
    );
  }, 3_600_000);
});
