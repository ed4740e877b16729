import { describe } from 'vitest';
import { reportFaults } from '../../support/faults.js';
import { useHome } from '../support/opening.js';
import type { MakePlace } from '../support/places.js';
import { damages } from './damage.js';
import { ids } from './ids.js';
import { journal } from './journal.js';
import { layout } from './layout.js';
import { lifecycle } from './lifecycle.js';
import { outputs } from './outputs.js';
import { retention } from './retention.js';
import { snapshots } from './snapshots.js';
import { timeline } from './timeline.js';

/** What the store promises, over any database. */
export function storeConformance(name: string, makePlace: MakePlace): void {
  describe(`the store over ${name}`, () => {
    const home = useHome(makePlace);
    reportFaults(`The store over ${name}`);
    describe('lifecycle', () => lifecycle(home));
    describe('journal', () => journal(home));
    describe('ids', () => ids(home));
    describe('timeline', () => timeline(home));
    describe('outputs', () => outputs(home));
    describe('snapshots', () => snapshots(home));
    describe('layout', () => layout(home));
    describe('retention', () => retention(home));
    describe('damage', () => damages(home));
  });
}
