import { describe, expect, it } from 'vitest';
import { openTracker, type Tracker } from '../../src/tracker.js';
import { inMemory, inTemporaryDirectory } from '../store/support/places.js';
import { expectStoredAnswers, putStoredDatabase, storedAnswers } from '../support/stored-fixture.js';
import { clockAt } from '../support/tracker.js';

describe.each([
  [1, 'memory-level', inMemory],
  [1, 'LevelDB', inTemporaryDirectory],
  [2, 'memory-level', inMemory],
] as const)('a database of format %i on %s', (format, _name, makePlace) => {
  it('is opened, tail and all, and answers as the version did that wrote it', async () => {
    const place = await makePlace();
    await putStoredDatabase(place.database(), format);
    const expected = await storedAnswers();
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
