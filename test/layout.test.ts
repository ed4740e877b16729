import { describe, expect, it } from 'vitest';
import { STATE_FORMAT } from '../src/agent/codec.js';
import { hiringLayout } from '../src/department/options.js';
import {
  behavioral,
  ciOnly,
  humanOnly,
  layered,
  multiWindow,
  ordinaryLeastSquares,
  peerRatings,
  periodOverPeriod,
  progressiveTrust,
  reviewsOnly,
  singleWindow,
  type TrendDetectionStrategy,
  theilSen,
  thresholdOnly,
  timeLimited,
} from '../src/index.js';
import { resolveOptions, type Strategies, type TrackerOptions } from '../src/options.js';

const layout = (strategies: Strategies = {}, more: TrackerOptions = {}) =>
  resolveOptions({ strategies, ...more }).layout;
const USUAL = layout();

describe('what states are known by', () => {
  it('stays as it was as long as every strategy has the settings that it has by default', () => {
    const policy = 'default#d43c05c84aab';
    const windows = 'multiWindow(7d,30d,90d;5)';
    const begin = `format ${STATE_FORMAT}`;
    expect(USUAL).toBe(`${begin} ${windows} layered behavioral/16 theilSen ${policy}`);
    expect(layout({ quality: layered(), collaboration: behavioral({}), trend: theilSen() })).toBe(USUAL);
    const window = singleWindow({ window: '14d' });
    const others = { window, quality: ciOnly(), collaboration: peerRatings(), trend: thresholdOnly() };
    expect(layout(others)).toBe(`${begin} singleWindow(14d;5) ciOnly peerRatings/0 thresholdOnly ${policy}`);
    for (const quality of [reviewsOnly(), humanOnly()]) {
      expect(layout({ quality })).toBe(USUAL.replace('layered', quality.name));
    }
    for (const trend of [ordinaryLeastSquares(), periodOverPeriod()]) {
      expect(layout({ trend })).toBe(USUAL.replace('theilSen', trend.name));
    }
  });

  it('changes for those alone who follow trust when what they know of an agent does', () => {
    // What a record of trust meant before assignments said how hard a task is.
    const before = `${USUAL.split('#')[0]}#fbf1431d58a6`;
    expect(layout({}, { trust: progressiveTrust() })).toMatch(/ default#[0-9a-f]{12}$/);
    expect(layout({}, { trust: progressiveTrust() })).not.toBe(before);
    expect(layout({}, { trust: undefined as never })).toBe(USUAL);
  });

  it('has nothing in it that the strategies follow from', () => {
    expect(layout({}, { minDataPoints: 10 })).toBe(USUAL.replace(';5)', ';10)'));
    expect(layout({ trend: theilSen({ minDataPoints: 10 }) }, { minDataPoints: 10 })).toBe(
      layout({}, { minDataPoints: 10 }),
    );
    expect(layout({ trend: theilSen() }, { minDataPoints: 10 })).toMatch(/theilSen#[0-9a-f]{12} /);
  });

  const changed: readonly [string, Strategies][] = [
    ['weights of the layers', { quality: layered({ weights: { ci: 1 } }) }],
    ['weights within a layer', { quality: layered({ ciWeights: { criteria: 0 } }) }],
    ['a budget', { quality: layered({ budget: 1 }) }],
    ['what a verdict is worth', { quality: layered({ verdictScores: { approved: 8 } }) }],
    ['ciOnly', { quality: ciOnly({ budget: 1 }) }],
    ['reviewsOnly', { quality: reviewsOnly({ weights: { peer: 1 } }) }],
    ['humanOnly', { quality: humanOnly({ verdictScores: { rejected: 0 } }) }],
    ['weights of behaviour', { collaboration: behavioral({ weights: { helpfulness: 1 } }) }],
    ['weights of a role', { collaboration: behavioral({ roleWeights: { lead: { helpfulness: 1 } } }) }],
    ['the scale of latency', { collaboration: behavioral({ latencyScaleSeconds: 60 }) }],
    ['full confidence', { collaboration: behavioral({ fullConfidenceCount: 3 }) }],
    ['peerRatings', { collaboration: peerRatings({ fullConfidenceCount: 3 }) }],
    ['the alarm budget', { trend: theilSen({ falseAlarmsPerYear: 1 }) }],
    ['significance', { trend: theilSen({ significance: 'off' }) }],
    ['confidence', { trend: theilSen({ confidence: 0.9 }) }],
    ['points for a trend', { trend: theilSen({ minDataPoints: 7 }) }],
    ['the effect that matters', { trend: theilSen({ minEffect: { quality: 1 } }) }],
    ['thresholds', { trend: theilSen({ thresholds: { quality: { improving: 1, declining: 1 } } }) }],
    ['metrics', { trend: theilSen({ metrics: { cost: { floor: 1 } } }) }],
    ['thresholdOnly', { trend: thresholdOnly({ threshold: 0.1 }) }],
    ['ordinaryLeastSquares', { trend: ordinaryLeastSquares({ significanceLevel: 0.1 }) }],
    ['periodOverPeriod', { trend: periodOverPeriod({ minDataPoints: 7 }) }],
    ['a strategy of a host', { quality: { ...layered(), name: 'mine', settings: { bar: 1 } } }],
    ['the same, set to something else', { quality: { ...layered(), name: 'mine', settings: { bar: 2 } } }],
    ['the same, without settings', { quality: { name: 'mine', score: layered().score } }],
    ['the length of a window', { window: { ...multiWindow(), windows: [{ label: '7d', ms: 1_000 }] } }],
    ['that of another label', { window: { ...multiWindow(), windows: [{ label: 'week', ms: 1_000 }] } }],
    ['the same, longer', { window: { ...multiWindow(), windows: [{ label: 'week', ms: 2_000 }] } }],
  ];

  const layouts = changed.map(([, strategies]) => layout(strategies));

  it.each(changed)('changes with %s', (_what, strategies) => {
    const own = layout(strategies);
    expect(own).not.toBe(USUAL);
    expect(layouts.filter((other) => other === own)).toHaveLength(1);
    expect(layout(strategies)).toBe(own);
  });

  it('depends on what the settings say, not on how they are written', () => {
    const mine = (settings: unknown) => layout({ quality: { ...layered(), settings } });
    expect(mine({ a: 1, b: { c: 2, d: 3 } })).toBe(mine({ b: { d: 3, c: 2 }, a: 1 }));
    const weights = { ci: 4, codeReview: 2.5, evaluation: 2.5, peer: 1 };
    expect(layout({ quality: layered({ weights }) })).toBe(USUAL);
    expect(layout({ quality: layered({ budget: undefined }) })).toBe(USUAL);
  });

  it('is the same of a strategy whose time is limited', () => {
    const quality = layered({ budget: 1 });
    const trend = theilSen({ falseAlarmsPerYear: 1 });
    expect(timeLimited(trend).settings).toEqual(trend.settings);
    expect(layout({ quality: timeLimited(quality), trend: timeLimited(trend) })).toBe(
      layout({ quality, trend }),
    );
  });
});

it('the rules of hiring are known by the settings of their trend as well', () => {
  const rules = (trend?: TrendDetectionStrategy) =>
    hiringLayout(resolveOptions({ hiring: trend ? { trend } : {} }).hiring);
  const usual = rules();
  expect(JSON.parse(usual)).toMatchObject({ trend: 'theilSen' });
  expect(usual).not.toContain('trendLabel');
  expect(rules(thresholdOnly())).toBe(usual.replace('theilSen', 'thresholdOnly'));
  expect(JSON.parse(rules(theilSen()))).toMatchObject({ trend: expect.stringMatching(/^theilSen#/) });
  const effects = { minEffect: { completionTime: 0.2, successRate: 0.1 }, minDataPoints: 10 };
  expect(rules(theilSen(effects))).toBe(usual);
  expect(rules(theilSen({ ...effects, falseAlarmsPerYear: 1 }))).not.toBe(rules(theilSen()));
});

describe('settings that are no JSON', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const deep = Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], 1);
  const none: readonly [string, unknown][] = [
    ['a function', () => 1],
    ['not a number', { a: Number.NaN }],
    ['a date', { since: new Date(0) }],
    ['a symbol', Symbol('x')],
    ['a number without end', 1n],
    ['a cycle', cyclic],
    ['no end of nesting', deep],
  ];

  it.each(none)('are refused: %s', (_what, settings) => {
    const refused = expect.objectContaining({ code: 'TENURE_INVALID_OPTIONS' });
    const { score } = layered();
    const options: TrackerOptions[] = [
      { strategies: { quality: { name: 'q', score, settings } } },
      { strategies: { collaboration: { name: 'c', score: behavioral().score, settings } } },
      { strategies: { trend: { name: 't', detect: theilSen().detect, settings } } },
      { hiring: { trend: { name: 't', detect: theilSen().detect, settings } } },
    ];
    for (const one of options) expect(() => resolveOptions(one)).toThrow(refused);
  });

  it('name the option', () => {
    const quality = { ...layered(), settings: new Map() };
    expect(() => resolveOptions({ strategies: { quality } })).toThrow(
      expect.objectContaining({
        issues: [{ path: 'strategies.quality.settings', message: 'expected `settings` to be JSON' }],
      }),
    );
    const trend = { ...theilSen(), settings: new Map() };
    expect(() => resolveOptions({ hiring: { trend } })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: 'hiring.trend.settings' })] }),
    );
  });

  it('throw nothing else when they throw as they are read, the first time or later', () => {
    for (const sound of [0, 1, 2]) {
      let reads = 0;
      const failing = {
        get settings() {
          if (reads++ >= sound) throw new Error('not now');
          return {};
        },
      };
      const refused = expect.objectContaining({ code: 'TENURE_INVALID_OPTIONS' });
      const quality = { name: 'q', score: layered().score };
      const of = (strategy: object) => Object.defineProperties(strategy, descriptorsOf(failing));
      const read = () => resolveOptions({ strategies: { quality: of({ ...quality }) as never } });
      if (sound < 2) expect(read).toThrow(refused);
      else expect(read).not.toThrow();
    }
  });
});

const descriptorsOf = (value: object) => Object.getOwnPropertyDescriptors(value);
