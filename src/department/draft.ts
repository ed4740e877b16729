import type { JournalledEvent } from '../events/schema.js';
import type { PersistentMap } from '../persistent-map.js';
import { type Added, OpenDays } from './day-row.js';
import type { Members } from './members.js';
import { type CompanyState, type DepartmentState, emptyDepartment, type TaskOnTheWay } from './state.js';

/** A department while it counts. */
interface OpenDepartment {
  readonly before: DepartmentState;
  readonly days: OpenDays;
}

/** All departments while events are taken in, one after the other: changed in place, until {@link state} is asked for. */
export class CompanyDraft {
  seq: number;
  observed: readonly number[];
  members: Members;
  open: PersistentMap<TaskOnTheWay>;
  early: PersistentMap<number>;
  /** The latest day that a record fell on: a draft goes no further. */
  readonly today: number | null;
  /** As they were, but for those in which anything was counted since. */
  private departments: PersistentMap<DepartmentState>;
  private readonly counting = new Map<string, OpenDepartment>();

  constructor({ seq, today, observed, members, open, early, departments }: CompanyState) {
    this.seq = seq;
    this.today = today;
    this.observed = observed;
    this.members = members;
    this.open = open;
    this.early = early;
    this.departments = departments;
  }

  /** Adds to a day of a department, which begins with that if need be. */
  count(department: string, day: number, added: Added): void {
    this.opened(department).days.add(day, added);
  }

  /** The name of a department in which something was counted, as it is kept: another text would take memory of its own. */
  nameOf(department: string): string {
    return this.opened(department).before.department;
  }

  hasArrivals(department: string): boolean {
    const days = this.counting.get(department)?.days;
    if (days) return days.hasArrivals();
    return this.departments.get(department)?.days.some(({ arrived }) => arrived > 0) ?? false;
  }

  /** Takes note that an event was taken in. */
  note({ seq }: JournalledEvent): void {
    this.seq = seq;
    const { today, observed } = this;
    // The days on which something was recorded, the present one included.
    if (today !== null && observed.at(-1) !== today) this.observed = [...observed, today];
  }

  /** What came of it; it stays as it is. */
  state(): CompanyState {
    for (const [name, { before, days }] of this.counting) {
      this.departments = this.departments.set(name, { ...before, days: days.settled() });
    }
    this.counting.clear();
    const { seq, today, observed, members, open, early, departments } = this;
    return { seq, today, observed, members, open, early, departments };
  }

  private opened(department: string): OpenDepartment {
    const known = this.counting.get(department);
    if (known) return known;
    const before = this.departments.get(department) ?? emptyDepartment(department);
    const opened = { before, days: new OpenDays(before.days) };
    this.counting.set(department, opened);
    return opened;
  }
}
