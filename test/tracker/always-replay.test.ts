import { afterAll, beforeAll, describe } from 'vitest';
import { openReplayed } from '../support/always-replay.js';
import { opening } from '../support/tracker.js';

const { open } = opening;

/** The same scenarios once more: after every event the tracker is compared with one made from the journal alone. */
describe('rebuilt from the journal after every event', async () => {
  beforeAll(() => {
    opening.open = openReplayed;
  });
  afterAll(() => {
    opening.open = open;
  });
  await import('./record.test.js');
  await import('./trends.test.js');
  await import('./recommendations.test.js');
  await import('./dead-letters.test.js');
});
