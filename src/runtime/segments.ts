import type { Request } from './requests.js';

/**
 * Parts of a group that are committed one after the other: a decision is about what was proposed before it, and a tick
 * looks at who is due, and a retry may change who is where, so everything before them has to be applied.
 */
export function segments(group: readonly Request[]): (readonly Request[])[] {
  if (!group.some(looksBack)) return [group];
  const parts: Request[][] = [];
  for (const request of group) {
    const part = parts.at(-1);
    if (part && !looksBack(request) && part[0]?.kind !== 'retry') part.push(request);
    else parts.push([request]);
  }
  return parts;
}

function looksBack(request: Request): boolean {
  return (
    request.kind === 'tick' ||
    request.kind === 'retry' ||
    (request.kind === 'record' && request.event.type === 'decision.recorded')
  );
}
