export { theilSenSlope } from './theil-sen.js';
export { type TheilSenOptions, theilSen } from './theil-sen-strategy.js';
export * from './types.js';
