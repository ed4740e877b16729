import { expect, it } from 'vitest';
import { blankOr, type Career, careerOf, NO_CAREER, NO_HOLDS } from '../../src/policy/career.js';

/** As it comes from a disk. */
const read = (career: Career) => careerOf(JSON.parse(JSON.stringify(career)));

it('a career that was read has what all careers begin with only once', () => {
  const blank = { ...NO_CAREER, level: 'mid', dueAt: 7 };
  expect(read(blank)).toEqual(blank);
  expect(read(blank).holds).toBe(NO_HOLDS);
  expect(read(blank).open).toBe(NO_CAREER.open);
  expect(read(blank).closed).toBe(NO_CAREER.closed);
});

it('of whom there is nothing to remember, all have one career for each level', () => {
  for (const alone of [false, true]) {
    const blank = { ...NO_CAREER, level: 'mid', alone };
    expect(read(blank)).toEqual(blank);
    expect(read(blank)).toBe(blankOr(blank));
    expect(blankOr({ ...blank, level: 'senior' })).toEqual({ ...blank, level: 'senior' });
    for (const more of [{ dueAt: 7 }, { failing: 'Error' }, { level: null }]) {
      const career = { ...blank, ...more };
      expect(blankOr(career)).toBe(career);
    }
  }
});

it('a career that was read keeps what sets it apart', () => {
  const met = { met: true, since: 5, held: false };
  const lapsed = { met: false, since: 5, held: false };
  for (const hold of [met, lapsed]) {
    const career: Career = {
      ...NO_CAREER,
      holds: { ...NO_HOLDS, demotion: hold },
      open: [{ id: 'demotion-3-ada', kind: 'demotion', seq: 3, fromLevel: 'mid', toLevel: 'junior' }],
      closed: [{ id: 'promotion-1-ada', why: 'decided' }],
    };
    expect(read(career)).toEqual(career);
  }
});
