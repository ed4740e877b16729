import { describe, expect, test } from 'vitest';
import { costEfficiency, criteriaScore } from '../../src/scoring/ci.js';

describe('criteria', () => {
  test('score ten times the ratio met', () => {
    expect(criteriaScore({ criteriaMet: 3, criteriaTotal: 4 })).toBe(7.5);
    expect(criteriaScore({ criteriaMet: 0, criteriaTotal: 4 })).toBe(0);
    expect(criteriaScore({ criteriaMet: 4, criteriaTotal: 4 })).toBe(10);
  });

  test('never score above ten, however many are claimed', () => {
    expect(criteriaScore({ criteriaMet: 9, criteriaTotal: 4 })).toBe(10);
  });

  test('come before tests', () => {
    expect(criteriaScore({ criteriaMet: 1, criteriaTotal: 2, testsPassed: 10, testsFailed: 0 })).toBe(5);
  });

  test('are stood in for by tests when none are given', () => {
    // 10 × 9 / (9 + 3) = 7.5
    expect(criteriaScore({ testsPassed: 9, testsFailed: 3 })).toBe(7.5);
    expect(criteriaScore({ criteriaTotal: 0, testsPassed: 9, testsFailed: 3 })).toBe(7.5);
    expect(criteriaScore({ criteriaMet: 0, criteriaTotal: 0, testsPassed: 9, testsFailed: 3 })).toBe(7.5);
    expect(criteriaScore({ testsPassed: 9 })).toBe(10);
    expect(criteriaScore({ testsFailed: 9 })).toBe(0);
  });

  test('of which nobody counted those met are unknown, and tests do not stand in for them', () => {
    expect(criteriaScore({ criteriaTotal: 4 })).toBeUndefined();
    expect(criteriaScore({ criteriaTotal: 4, testsPassed: 9 })).toBeUndefined();
  });

  test('met out of an unknown total say nothing', () => {
    expect(criteriaScore({ criteriaMet: 4 })).toBeUndefined();
    expect(criteriaScore({ criteriaMet: 4, testsFailed: 1 })).toBe(0);
  });

  test('have no data when neither criteria nor tests were counted', () => {
    expect(criteriaScore({})).toBeUndefined();
    expect(criteriaScore({ testsPassed: 0, testsFailed: 0 })).toBeUndefined();
    expect(criteriaScore({ lintErrors: 3, coverageDelta: -1 })).toBeUndefined();
  });
});

describe('cost efficiency', () => {
  test('is ten at or under budget', () => {
    expect(costEfficiency(0, 2)).toBe(10);
    expect(costEfficiency(1, 2)).toBe(10);
    expect(costEfficiency(2, 2)).toBe(10);
  });

  test('falls with the logarithm of the overrun', () => {
    // 10 × (1 − log10(2)) = 10 × (1 − 0.30103) = 6.9897
    expect(costEfficiency(4, 2)).toBeCloseTo(6.9897, 4);
    // 10 × (1 − log10(5)) = 10 × (1 − 0.69897) = 3.0103
    expect(costEfficiency(10, 2)).toBeCloseTo(3.0103, 4);
  });

  test('is nought from ten times the budget on', () => {
    expect(costEfficiency(20, 2)).toBe(0);
    expect(costEfficiency(1e9, 2)).toBe(0);
  });

  test('on a budget of nought is ten for what cost nothing, and nought for what cost anything', () => {
    expect(costEfficiency(0, 0)).toBe(10);
    expect(costEfficiency(0.01, 0)).toBe(0);
  });
});
