import type { TrendDetectionStrategy } from '../src/trends/types.js';

export interface AgentSettings {
  readonly windowDays: number;
  readonly tasksPerDay: number;
  /** Standard deviation of the noise. Default 1. */
  readonly sd?: number;
  /** Correlation of successive noise. Default 0. */
  readonly rho?: number;
  readonly arrivals?: 'random' | 'regular';
  readonly signal?: (day: number) => number;
  readonly seed: number;
}

export function randomNumbers(seed: number): { uniform(): number; normal(): number };

export function falseTransitions(
  strategy: Required<TrendDetectionStrategy>,
  settings: AgentSettings & { readonly years: number },
): { perYear: number; share: number };

export function medianDaysToNotice(
  strategy: Required<TrendDetectionStrategy>,
  settings: AgentSettings & { readonly days: number; readonly agents: number },
): number;
