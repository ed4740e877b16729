export { DAY_MS, parseDuration } from './duration.js';
export { type MultiWindowOptions, multiWindow } from './multi-window.js';
export { type SingleWindowOptions, singleWindow } from './single-window.js';
export type * from './types.js';
