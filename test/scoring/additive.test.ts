import fc from 'fast-check';
import { expect, test } from 'vitest';
import { behavioral } from '../../src/scoring/index.js';
import type { CollaborationObservation } from '../../src/scoring/types.js';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const at = fc.nat(1_000);
const anyObservation: fc.Arbitrary<CollaborationObservation> = fc.oneof(
  fc.record({
    at,
    kind: fc.constant('delegation' as const),
    succeeded: fc.boolean(),
    responseSeconds: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
  }),
  fc.record({ at, kind: fc.constant('conflict' as const), constructiveness: unit }),
  fc.record({ at, kind: fc.constant('meeting' as const), contribution: unit }),
  fc.record({ at, kind: fc.constant('loop' as const) }),
  fc.record({ at, kind: fc.constant('handoff' as const), completeness: unit }),
  fc.record({ at, kind: fc.constant('message' as const), quality: unit }),
  fc.record({ at, kind: fc.constant('helpfulness' as const), rating: unit }),
);

test('sums of what observations come to score as the observations themselves do', () => {
  const strategy = behavioral({ roleWeights: { writer: { messageQuality: 3, loopPrevention: 0 } } });
  const additive = strategy.additive!;
  fc.assert(
    fc.property(
      fc.array(anyObservation, { maxLength: 40 }),
      fc.constantFrom(undefined, 'writer', 'nobody'),
      (observations, role) => {
        const sums = Array.from({ length: additive.size }, () => 0);
        for (const observation of observations) {
          const parts = additive.of(observation);
          expect(parts).toHaveLength(additive.size);
          parts.forEach((part, i) => {
            sums[i]! += part;
          });
        }
        const whole = strategy.score({ agentId: 'ada', role, observations });
        const summed = additive.score({ agentId: 'ada', role, sums, count: observations.length });
        expect(summed).toEqual(whole);
      },
    ),
  );
});
