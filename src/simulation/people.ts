import type { Recommendation, TrackerOutput } from '../agent/outputs.js';
import type { HiringSignal } from '../department/outputs.js';
import type { Delivery } from './delivery.js';
import type { Office } from './office.js';
import { createRandom } from './random.js';
import { recruit } from './roster.js';

/** What the people who run the company did about what Tenure said. */
export interface PeopleCounts {
  readonly approved: number;
  readonly rejected: number;
  readonly deferred: number;
  readonly hired: number;
  readonly transferred: number;
}

type Heard = Recommendation | HiringSignal;

/** Days from the word that somebody is needed to a newcomer's first day. */
const HIRING_DAYS = 2;
/** Newcomers in all, against the founders: no company grows without end. */
const GROWTH = 1;
const OUTCOMES = { approved: 0.8, rejected: 0.1, deferred: 0.1 } as const;

/**
 * The people who run the company: they answer every recommendation once the last reports of a day are in, approve most
 * of what needs a person, hire where hands are needed, and transfer somebody from a department that is idle. They go
 * by what Tenure said and by the seed alone, so that what they did can be worked out again from the log.
 */
export class People {
  private readonly heard = new Map<number, Heard[]>();
  private readonly counts = { approved: 0, rejected: 0, deferred: 0, hired: 0, transferred: 0 };
  /** Departments that were short of hands, with the day, the latest last. */
  private readonly short = new Map<string, number>();

  constructor(private readonly office: Office) {}

  get done(): PeopleCounts {
    return { ...this.counts };
  }

  /** Takes note of what Tenure says; of anything else than recommendations and signals, nothing. */
  hear(output: TrackerOutput): void {
    const { type } = output;
    if (type !== 'recommendation.made' && type !== 'hiring.recommended' && type !== 'surplus.noticed') return;
    const day = this.office.company.dayOf(output.at);
    const others = this.heard.get(day);
    if (others) others.push(output);
    else this.heard.set(day, [output]);
  }

  /** What they do at the beginning of a day, before anything is reported on it. */
  morning(day: number): Delivery[] {
    for (const signal of this.heardOn(day - HIRING_DAYS)) {
      if (signal.type === 'hiring.recommended') this.hire(signal.department, day);
    }
    const deliveries: Delivery[] = [];
    for (const output of latestOfEach(this.heardOn(day - 1))) {
      const at = this.office.company.midnight(day) + deliveries.length;
      if (output.type === 'recommendation.made') deliveries.push(this.decide(output, at));
      else if (output.type === 'hiring.recommended') this.noteShort(output.department, day);
      else deliveries.push(...this.transfer(output, day, at));
    }
    return deliveries;
  }

  private heardOn(day: number): Heard[] {
    return (this.heard.get(day) ?? []).toSorted((a, b) => a.seq - b.seq || a.position - b.position);
  }

  private hire(department: string, day: number): void {
    const { company } = this.office;
    const { seed, days, agents } = company.options;
    if (this.counts.hired >= Math.ceil(agents * GROWTH)) return;
    this.counts.hired++;
    this.office.hire(recruit(seed, agents + this.counts.hired, department, day, days));
  }

  /** What needs a person is looked at, the rest goes through. */
  private decide({ id, agentId, kind, requiresApproval }: Recommendation, at: number): Delivery {
    const { seed } = this.office.company.options;
    const outcome = requiresApproval ? createRandom(`${seed}/${id}`).weighted(OUTCOMES) : 'approved';
    this.counts[outcome]++;
    if (outcome === 'approved' && kind === 'termination') this.office.dismiss(agentId, at);
    const by = requiresApproval ? 'head-of-people' : 'people-operations';
    const event = { id: `${id}:decision`, type: 'decision.recorded', agentId, at } as const;
    return { deliveredAt: at, event: { ...event, recommendationId: id, outcome, by } };
  }

  private noteShort(department: string, day: number): void {
    this.short.delete(department);
    this.short.set(department, day);
  }

  /** One agent goes where hands were needed lately, if they were anywhere. */
  private transfer({ department: from }: HiringSignal, day: number, at: number): Delivery[] {
    const to = [...this.short].findLast(([name, since]) => name !== from && day - since <= 30)?.[0];
    const idle = [...this.office.staff.values()].filter(
      ({ department, leftAt, agent }) => department === from && leftAt === undefined && agent.hiredOn < day,
    );
    const moved = idle.at(-1)?.agent.id;
    if (to === undefined || moved === undefined || idle.length < 2) return [];
    this.counts.transferred++;
    this.office.transfer(moved, to);
    const id = `${moved}/d${day}:transferred`;
    return [
      { deliveredAt: at, event: { id, type: 'agent.transferred', agentId: moved, at, department: to } },
    ];
  }
}

/** Of two recommendations about one agent the later took the place of the earlier. */
function latestOfEach(heard: readonly Heard[]): Heard[] {
  const latest = new Map<string, Heard>();
  for (const one of heard) {
    const about =
      one.type === 'recommendation.made' ? `agent ${one.agentId}` : `department ${one.department}`;
    latest.delete(about);
    latest.set(about, one);
  }
  return [...latest.values()];
}
