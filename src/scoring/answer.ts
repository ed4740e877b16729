/**
 * What a strategy answered, as an object to read. A promise is refused, strategies are synchronous; its own failure
 * must not become an unhandled rejection of the process.
 *
 * @param what names the strategy and what it was asked, for the message; a function, for it is seldom needed
 * @throws TypeError
 */
export function answerOf(answer: unknown, what: () => string): Record<string, unknown> {
  if (typeof answer !== 'object' || answer === null) {
    throw new TypeError(`${what()}: expected an object, got ${answer === null ? 'null' : typeof answer}`);
  }
  if (!('then' in answer)) return answer as Record<string, unknown>;
  Promise.resolve(answer).catch(() => undefined);
  throw new TypeError(`${what()}: expected an answer at once, got a promise; slow judges send review events`);
}

/**
 * The score in a strategy's answer: 0–10, or `null` where there is nothing to go by.
 *
 * @param what names the strategy and what it was asked, for the message; a function, for it is seldom needed
 * @throws TypeError, RangeError when a strategy breaks its contract, so that no wrong figure spreads
 */
export function scoreIn(answer: unknown, what: () => string): number | null {
  const { score } = answerOf(answer, what);
  if (score === null) return null;
  // Negative zero would come back from the disk as another number.
  if (typeof score === 'number' && score >= 0 && score <= 10) return score + 0;
  const got = typeof score === 'number' ? score : typeof score;
  throw new RangeError(`${what()}: expected a score of 0 to 10 or null, got ${got}`);
}
