export { defaultPolicy } from './default-policy.js';
export type { DefaultPolicyOptions, PromotionCriterion } from './default-policy-options.js';
export { explain } from './explain.js';
export { proposeNothing } from './propose-nothing.js';
export type { AgentFacts, Assessment, Evidence, StandingPolicy } from './types.js';
