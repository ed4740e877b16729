import type { Profile } from '../agent/profile.js';
import { type ByteReader, ByteWriter } from '../rows/bytes.js';
import { IdTable } from '../rows/id-table.js';
import { Rows } from '../rows/rows.js';
import { compareRows, type Row } from '../windows/timeline.js';

/** The part of who an agent is that decides where it works. */
export type Membership = Pick<Profile, 'department' | 'firstDepartment' | 'employment'>;

/**
 * Where each agent works, by its id: immutable, setting answers with another version. There is one for every agent that was
 * ever heard of, so they lie as bytes, some 20 for each.
 */
export class Members {
  private constructor(
    /** Shared by all versions: a number says nothing but whose row it is. */
    private readonly ids: IdTable,
    private readonly rows: Rows,
  ) {}

  static empty(): Members {
    return new Members(new IdTable(), Rows.empty());
  }

  get size(): number {
    return this.rows.size;
  }

  get(agentId: string): Membership {
    const no = this.ids.numberOf(agentId);
    return (no === undefined ? undefined : this.rows.read(no, readMember)) ?? NOBODY;
  }

  set(agentId: string, member: Membership): Members {
    writeMember(writer.clear(), member);
    return new Members(this.ids, this.rows.set(this.ids.add(agentId), writer));
  }

  /** Whether an agent's department is known from an event before another one: most events say nothing new about it. */
  isPlacedBefore(agentId: string, event: Row): boolean {
    const no = this.ids.numberOf(agentId);
    const first = no === undefined ? undefined : this.rows.read(no, readPlace);
    return first !== undefined && compareRows(first, event) < 0;
  }

  *[Symbol.iterator](): Generator<[agentId: string, member: Membership], undefined> {
    for (const no of this.rows.numbers()) {
      yield [this.ids.idOf(no), this.rows.read(no, readMember) as Membership];
    }
    return undefined;
  }

  *values(): Generator<Membership, undefined> {
    for (const no of this.rows.numbers()) yield this.rows.read(no, readMember) as Membership;
    return undefined;
  }

  /** Whether so much was set that it should be packed. */
  get isLoose(): boolean {
    return this.rows.isLoose;
  }

  /** The same in less memory; made in pieces. */
  *packing(): Generator<undefined, Members> {
    return new Members(this.ids, yield* this.rows.packing());
  }
}

const NOBODY: Membership = {};
const writer = new ByteWriter();

type Place = NonNullable<Membership['department']>;

/** The first department is in front: it is asked for at every event. */
function writeMember(row: ByteWriter, { department, firstDepartment, employment }: Membership): void {
  writePlace(row, firstDepartment);
  writePlace(row, department);
  row.number(employment?.length);
  for (const { at, seq, value } of employment ?? []) {
    row.number(at);
    row.number(seq);
    row.byte(value ? 1 : 0);
  }
}

function readMember(row: ByteReader): Membership {
  const firstDepartment = readPlace(row);
  const department = readPlace(row);
  const words = row.optional();
  const employment =
    typeof words === 'number'
      ? Array.from({ length: words }, () => ({
          at: row.number(),
          seq: row.number(),
          value: row.byte() === 1,
        }))
      : undefined;
  return {
    ...(department && { department }),
    ...(firstDepartment && { firstDepartment }),
    ...(employment && { employment }),
  };
}

function writePlace(row: ByteWriter, place: Place | undefined): void {
  row.word(place?.value);
  if (!place) return;
  row.number(place.at);
  row.number(place.seq);
}

function readPlace(row: ByteReader): Place | undefined {
  const value = row.text();
  return value === undefined ? undefined : { at: row.number(), seq: row.number(), value };
}
