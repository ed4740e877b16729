export { type BehavioralOptions, behavioral } from './behavioral.js';
export { type CiOnlyOptions, ciOnly } from './ci-only.js';
export { type HumanOnlyOptions, humanOnly } from './human-only.js';
export { type LayeredOptions, layered } from './layered.js';
export { type PeerRatingsOptions, peerRatings } from './peer-ratings.js';
export { type ReviewsOnlyOptions, reviewsOnly } from './reviews-only.js';
export type * from './types.js';
