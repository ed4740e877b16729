import { describe, expect, test } from 'vitest';
import {
  type BehavioralOptions,
  behavioral,
  type CollaborationObservation,
} from '../../src/scoring/index.js';
import { expectInvalidOption, override, seen } from './facts.js';

const strategy = behavioral();
const oneOfEach: CollaborationObservation[] = [
  { at: 1, kind: 'delegation', succeeded: true, responseSeconds: 60 },
  { at: 2, kind: 'message', quality: 0.9 },
  { at: 3, kind: 'helpfulness', rating: 0.7, fromAgentId: 'grace' },
  { at: 4, kind: 'conflict', constructiveness: 0.5 },
  { at: 5, kind: 'meeting', contribution: 0.4 },
  { at: 6, kind: 'handoff', completeness: 1 },
  { at: 7, kind: 'loop' },
  { at: 8, kind: 'delegation', succeeded: false },
];
const scores = (observations: CollaborationObservation[]) =>
  Object.fromEntries(strategy.score(seen(observations)).components.map((c) => [c.component, c.score]));

describe('the components', () => {
  test('each score 0–10, and the score is their weighted mean', () => {
    const result = strategy.score(seen(oneOfEach));
    const rounded = result.components.map(({ component, score, count }) => [
      component,
      Math.round(score * 1e9) / 1e9,
      count,
    ]);
    expect(rounded).toEqual([
      ['delegationSuccess', 5, 2], // (10 + 0) / 2
      ['responseLatency', 8, 1], // 10 × (1 − 60 / 300); the second delegation has no response time
      ['messageQuality', 9, 1],
      ['helpfulness', 7, 1],
      ['conflictConstructiveness', 5, 1],
      ['meetingContribution', 4, 1],
      ['handoffCompleteness', 10, 1],
      ['loopPrevention', 8.75, 8], // 10 × (1 − 1 / 8)
    ]);
    // (0.25 × 5 + 0.15 × (8 + 9 + 7 + 5 + 4 + 10 + 8.75)) / (0.25 + 7 × 0.15)
    // = (1.25 + 0.15 × 51.75) / 1.30 = 9.0125 / 1.3 = 6.932692
    expect(result.score).toBeCloseTo(9.0125 / 1.3, 12);
    // 8 / 10
    expect(result.confidence).toBe(0.8);
    expect(result.strategy).toBe('behavioral');
    expect(result.overridden).toBe(false);
  });

  test('without data leave their weight to the others in proportion', () => {
    // one meeting: (0.15 × 4 + 0.15 × 10) / 0.30 = 7
    const result = strategy.score(seen([{ at: 1, kind: 'meeting', contribution: 0.4 }]));
    expect(result.score).toBeCloseTo(7, 12);
    expect(result.components).toEqual([
      { component: 'meetingContribution', score: 4, weight: 0.5, count: 1 },
      { component: 'loopPrevention', score: 10, weight: 0.5, count: 1 },
    ]);
    expect(result.confidence).toBeCloseTo(0.1, 12);
  });

  test('of a delegation with a response time are two', () => {
    // (0.25 × 10 + 0.15 × 5 + 0.15 × 10) / 0.55 = 4.75 / 0.55
    const result = strategy.score(
      seen([{ at: 1, kind: 'delegation', succeeded: true, responseSeconds: 150 }]),
    );
    expect(result.components.map(({ component }) => component)).toEqual([
      'delegationSuccess',
      'responseLatency',
      'loopPrevention',
    ]);
    expect(result.score).toBeCloseTo(4.75 / 0.55, 12);
  });
});

describe('response latency', () => {
  test('falls from ten at once to nought at 300 seconds, and stays there', () => {
    const at = (responseSeconds: number) =>
      scores([{ at: 1, kind: 'delegation', succeeded: true, responseSeconds }]).responseLatency;
    expect(at(0)).toBe(10);
    expect(at(75)).toBe(7.5);
    expect(at(300)).toBe(0);
    expect(at(86_400)).toBe(0);
  });

  test('is the mean of each delegation’s, so that one long wait does not undo the others', () => {
    // (10 × (1 − 30 / 300) + 0) / 2 = 4.5
    const waits = [30, 100_000].map(
      (responseSeconds, at): CollaborationObservation => ({
        at,
        kind: 'delegation',
        succeeded: true,
        responseSeconds,
      }),
    );
    expect(scores(waits).responseLatency).toBeCloseTo(4.5, 12);
  });

  test('has the scale of the options', () => {
    const [, latency] = behavioral({ latencyScaleSeconds: 60 }).score(
      seen([{ at: 1, kind: 'delegation', succeeded: true, responseSeconds: 45 }]),
    ).components;
    // 10 × (1 − 45 / 60)
    expect(latency).toMatchObject({ component: 'responseLatency', score: 2.5 });
  });
});

describe('loop prevention', () => {
  test('is nought for an agent that only loops', () => {
    const result = strategy.score(
      seen([
        { at: 1, kind: 'loop' },
        { at: 2, kind: 'loop' },
      ]),
    );
    expect(result.score).toBe(0);
    expect(result.components).toEqual([{ component: 'loopPrevention', score: 0, weight: 1, count: 2 }]);
  });
});

describe('without observations', () => {
  test('there is no score', () => {
    expect(strategy.score(seen([]))).toEqual({
      score: null,
      confidence: 0,
      strategy: 'behavioral',
      overridden: false,
      components: [],
    });
  });

  test('an override still holds', () => {
    const result = strategy.score(seen([], { override }));
    expect(result).toMatchObject({ score: 2.5, confidence: 1, overridden: true, components: [] });
  });
});

test('an override replaces the score and leaves the components to be seen', () => {
  const result = strategy.score(seen(oneOfEach, { override }));
  expect(result).toMatchObject({ score: 2.5, confidence: 1, overridden: true });
  expect(result.components).toEqual(strategy.score(seen(oneOfEach)).components);
});

describe('weights', () => {
  const meetingAndHandoff: CollaborationObservation[] = [
    { at: 1, kind: 'meeting', contribution: 0.2 },
    { at: 2, kind: 'handoff', completeness: 0.8 },
  ];
  const chosen = behavioral({
    weights: { loopPrevention: 0 },
    roleWeights: { lead: { meetingContribution: 0.45 }, tester: { loopPrevention: 0.3 } },
  });
  const scoreAs = (role?: string) => chosen.score(seen(meetingAndHandoff, { role })).score;

  test('are those of the options for everybody without a role of their own', () => {
    // (0.15 × 2 + 0.15 × 8) / 0.30 = 5
    expect(scoreAs()).toBeCloseTo(5, 12);
    expect(scoreAs('writer')).toBeCloseTo(5, 12);
    expect(scoreAs('constructor')).toBeCloseTo(5, 12);
  });

  test('of a role replace only those that it names', () => {
    // (0.45 × 2 + 0.15 × 8) / 0.60 = 2.1 / 0.6 = 3.5
    expect(scoreAs('lead')).toBeCloseTo(3.5, 12);
    // (0.15 × 2 + 0.15 × 8 + 0.30 × 10) / 0.60 = 4.5 / 0.6 = 7.5
    expect(scoreAs('tester')).toBeCloseTo(7.5, 12);
  });

  test('of nought switch a component off, and without another there is no score', () => {
    const onlyDelegation = behavioral({
      weights: {
        responseLatency: 0,
        messageQuality: 0,
        helpfulness: 0,
        conflictConstructiveness: 0,
        meetingContribution: 0,
        handoffCompleteness: 0,
        loopPrevention: 0,
      },
    });
    const result = onlyDelegation.score(seen(meetingAndHandoff));
    expect(result).toMatchObject({ score: null, confidence: 0, components: [] });
  });
});

test('confidence grows with the observations up to one', () => {
  const loops = (n: number) => seen(Array.from({ length: n }, (_, at) => ({ at, kind: 'loop' as const })));
  expect(strategy.score(loops(3)).confidence).toBe(0.3);
  expect(strategy.score(loops(10)).confidence).toBe(1);
  expect(strategy.score(loops(1000)).confidence).toBe(1);
  expect(behavioral({ fullConfidenceCount: 4 }).score(loops(3)).confidence).toBe(0.75);
});

test('what the docstring shows is so', () => {
  const result = strategy.score({
    agentId: 'ada',
    observations: [
      { kind: 'delegation', at: 0, succeeded: true, responseSeconds: 60 },
      { kind: 'loop', at: 1 },
    ],
  });
  // (2.5 + 1.2 + 0.75) / 0.55 = 4.45 / 0.55
  expect(result.score).toBe(8.09090909090909);
});

test('wrong options are refused by name', () => {
  const bad = (options: unknown) => () => behavioral(options as BehavioralOptions);
  expectInvalidOption(bad({ weights: { loops: 1 } }), 'weights', 'delegationSuccess', '"loops"');
  expectInvalidOption(bad({ weights: { helpfulness: -1 } }), 'weights.helpfulness', '>= 0', '-1');
  expectInvalidOption(bad({ latencyScaleSeconds: 0 }), 'latencyScaleSeconds', '> 0', '0');
  expectInvalidOption(bad({ latencyScaleSeconds: Infinity }), 'latencyScaleSeconds', '> 0', 'Infinity');
  expectInvalidOption(bad({ fullConfidenceCount: 2.5 }), 'fullConfidenceCount', 'an integer >= 1', '2.5');
  expectInvalidOption(bad({ roleWeights: [] }), 'roleWeights', 'weights by role', '[]');
  expectInvalidOption(bad({ roleWeights: { lead: { helpfulness: '1' } } }), 'roleWeights.lead.helpfulness');
  expectInvalidOption(bad({ roleWeights: { lead: { foo: 1 } } }), 'roleWeights.lead', '"foo"');
});

test('weights of which none is above nought are refused, in a role too', () => {
  const names = strategy.score(seen(oneOfEach)).components.map(({ component }) => component);
  const none = Object.fromEntries(names.map((name) => [name, 0]));
  expectInvalidOption(() => behavioral({ weights: none }), 'weights', 'at least one weight > 0');
  expectInvalidOption(() => behavioral({ roleWeights: { lead: none } }), 'roleWeights.lead', '> 0');
});
