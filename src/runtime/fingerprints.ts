import { createHash } from 'node:crypto';
import type { TrackerOutput } from '../agent/outputs.js';

/** What everybody said, by who said it: two that are equal said the same in the same order. */
export class Fingerprints {
  private readonly all = new Map<string, string>();

  /** Its place among the outputs of its record does not count. */
  add(output: TrackerOutput): void {
    const who = speakerOf(output);
    const text = JSON.stringify({ ...output, position: 0 });
    const before = this.all.get(who) ?? '';
    this.all.set(who, createHash('sha256').update(before).update(text).digest('base64'));
  }

  isSame(who: string, others: Fingerprints): boolean {
    return this.all.get(who) === others.all.get(who);
  }
}

/** An agent, or the departments, which speak together. */
export function speakerOf(output: TrackerOutput): string {
  return 'agentId' in output ? `agent ${output.agentId}` : 'departments';
}
