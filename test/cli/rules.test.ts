import { MemoryLevel } from 'memory-level';
import { describe, expect, it } from 'vitest';
import { differenceFrom, layoutsOf, windowsIn } from '../../src/cli/rules.js';
import { resolveOptions } from '../../src/options.js';
import { defaultPolicy } from '../../src/policy/index.js';
import { ciOnly } from '../../src/scoring/index.js';
import { deleteRaw, entriesOf } from '../store/support/raw.js';
import { putStored } from '../support/stored-fixture.js';

const DEFAULT = resolveOptions();
const ours = DEFAULT.layout;

describe('how the rules of a database differ from those of a command', () => {
  it('is nothing where they are the same, or not known, whatever the format of the states', () => {
    expect(differenceFrom([ours], DEFAULT)).toBeUndefined();
    expect(differenceFrom([], DEFAULT)).toBeUndefined();
    expect(differenceFrom([ours.replace(/^format \d+/, 'format 2')], DEFAULT)).toBeUndefined();
    expect(
      differenceFrom(['multiWindow(7d,30d,90d;5) layered behavioral theilSen'], DEFAULT),
    ).toBeUndefined();
  });

  it.each([
    ['another policy', { policy: defaultPolicy({ promotion: { quality: 8 } }) }, true],
    ['other levels', { levels: ['new', 'senior', 'old'] }, true],
    ['other windows', { windows: ['1d'] }, false],
    ['other data points', { minDataPoints: 6 }, false],
    ['another strategy', { strategies: { quality: ciOnly() } }, false],
    ['both', { windows: ['1d'], policy: defaultPolicy({ promotion: { quality: 8 } }) }, false],
  ])('is said to be of the policy only where it is: %s', (_, options, isOfPolicy) => {
    const theirs = resolveOptions(options).layout;
    expect(differenceFrom([ours, theirs], DEFAULT)).toMatchObject({ isOfPolicy });
    expect(differenceFrom(['multiWindow(1d;5) layered behavioral theilSen'], DEFAULT)).toMatchObject({
      theirs: 'multiWindow(1d;5) layered behavioral theilSen',
      isOfPolicy: false,
    });
  });
});

describe('what a database was made with', () => {
  it('is what its directory says, or its foundations where nobody has opened it since it was imported', async () => {
    const db = new MemoryLevel();
    await putStored(db, 'foundations-5');
    const layout = 'format 5 multiWindow(2d,7d;2) layered behavioral/16 theilSen default#d43c05c84aab';
    expect(await layoutsOf(db)).toEqual([layout, layout]);
    for (const [key] of await entriesOf(db, 'directory')) await deleteRaw(db, key);
    expect(await layoutsOf(db)).toEqual([layout]);
  });

  it('is not known of an empty one', async () => {
    expect(await layoutsOf(new MemoryLevel())).toEqual([]);
  });
});

describe('the windows of a layout', () => {
  it.each([
    ['multiWindow', { windows: ['12h', '90m'], minDataPoints: 3 }],
    ['multiWindow', {}],
  ])('are those that it was made with: %s(%j)', (_, options) => {
    const { window } = resolveOptions(options);
    expect(windowsIn(resolveOptions(options).layout)).toEqual(window);
  });

  it.each([
    'mine(7d;5) layered',
    'multiWindow(7x;5) layered',
    'multiWindow(1d,24h;5) layered',
    'multiWindow(7d;0) l',
    '',
  ])('are not known from a host’s own: %s', (layout) => {
    expect(windowsIn(layout)).toBeUndefined();
  });
});
