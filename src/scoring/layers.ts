import { withOne } from '../with-item.js';
import { settingsOf } from './settings.js';
import { type Part, shareOut } from './shares.js';
import type { QualityLayer, QualityScoringStrategy, TaskFacts } from './types.js';

/** What one layer says of a task. */
export interface Reading {
  /** 0–10. */
  readonly score: number;
  /** 0–1. */
  readonly confidence: number;
}

/** One source of quality: machine checks, or the reviews of one kind. */
export interface Layer {
  readonly name: string;
  /** Nominal weight, 0 or more; only the proportions among the layers count. */
  readonly weight: number;
  /** What else its readings depend on, as JSON. */
  readonly settings: object;
  /** `null` when the layer has no data for the task. */
  read(task: TaskFacts): Reading | null;
}

/**
 * A quality strategy made of layers: the weighted mean of those that have data, 0–10, `null` when none has.
 *
 * - A layer that weighs 0 is switched off: it is not read and not in the breakdown.
 * - Confidence, 0–1: `Σ wᵢ·cᵢ / Σ wᵢ`, the first sum over the layers with data, the second over all of them,
 *   so that more data never lowers it; only a reviewer who revises a word with less confidence does.
 * - An active override replaces the score, with confidence 1; the breakdown still shows what is beneath.
 */
export function layerStrategy(name: string, layers: readonly Layer[]): QualityScoringStrategy {
  const active = layers.filter((layer) => layer.weight > 0);
  const nominal = active.reduce((sum, layer) => sum + layer.weight, 0);

  return {
    name,
    settings: settingsOf(layers.map(({ name, weight, settings }) => ({ name, weight, ...settings }))),
    score(task) {
      let breakdown: (QualityLayer & Part)[] | undefined;
      let sure = 0;
      for (const layer of active) {
        const reading = layer.read(task);
        if (reading === null) continue;
        const { score, confidence } = reading;
        breakdown = withOne(breakdown, { layer: layer.name, score, weight: layer.weight, confidence });
        sure += layer.weight * confidence;
      }
      breakdown ??= [];
      const computed = shareOut(breakdown);
      if (task.override !== undefined) {
        return { score: task.override.score, confidence: 1, strategy: name, overridden: true, breakdown };
      }
      const confidence = Math.min(1, sure / nominal);
      return { score: computed, confidence, strategy: name, overridden: false, breakdown };
    },
  };
}
