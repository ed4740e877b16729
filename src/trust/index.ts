export { type ProgressiveTrustOptions, progressiveTrust } from './progressive.js';
export {
  type Tally,
  TRUST_LEVELS,
  type Trust,
  type TrustComponent,
  type TrustLevel,
  type TrustPolicy,
  type TrustRecord,
  type TrustScore,
} from './types.js';
