import { describe, expect, it } from 'vitest';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { inMemory, inTemporaryDirectory } from '../store/support/places.js';
import { expectStoredAnswers, putStoredDatabase, storedAnswers } from '../support/stored-fixture.js';
import { clockAt } from '../support/tracker.js';

describe.each([
  ['memory-level', inMemory],
  ['LevelDB', inTemporaryDirectory],
] as const)('a database of format 1 on %s', (_name, makePlace) => {
  it('is opened, tail and all, and answers as the version did that wrote it', async () => {
    const place = await makePlace();
    await putStoredDatabase(place.database(), 1);
    const expected = await storedAnswers(1);
    for (const _opening of ['first', 'second']) {
      const tracker = await openTracker({ db: place.database(), clock: clockAt(0) });
      await expectStoredAnswers(tracker, expected);
      const [known] = expected.events;
      const { seq, recordedAt: _recordedAt, ...event } = known!;
      const stamped = { ...event, department: event.department } as Parameters<Tracker['record']>[0];
      expect(await tracker.record(stamped)).toEqual({ seq, duplicate: true });
      await tracker.close();
    }
    await place.remove();
  });
});
