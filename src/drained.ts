/** What work comes to that is divided into pieces, for callers that have nobody else to give a turn to. */
export function drained<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
