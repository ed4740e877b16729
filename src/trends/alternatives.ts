import { ordinaryLeastSquares } from './least-squares.js';
import { periodOverPeriod } from './period-over-period.js';
import { thresholdOnly } from './threshold-only.js';

/** The strategies beside `theilSen`, with the settings that they have by default. */
export const ALTERNATIVES = [ordinaryLeastSquares(), periodOverPeriod(), thresholdOnly()];
