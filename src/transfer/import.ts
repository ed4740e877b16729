import type { z } from 'zod';
import { reasonOf, TenureError } from '../errors.js';
import { holding } from '../store/claims.js';
import { databaseIn } from '../store/directory.js';
import { type ImportStore, openImport } from '../store/store.js';
import type { NewRecord, Store } from '../store/types.js';
import { checkedImport } from './arguments.js';
import type { TransferOptions } from './export.js';
import { FoundationImport } from './foundation-import.js';
import { foundationSchema, isSealed, outputSchema } from './foundation-lines.js';
import {
  type ExportedRecord,
  type ExportHeader,
  exported,
  headerSchema,
  imported,
  recordSchema,
} from './lines.js';
import { LogImport } from './log-import.js';

export interface ImportSummary {
  readonly records: number;
  readonly events: number;
  /** Records that an earlier import, which was broken off, had brought in. */
  readonly resumed: number;
}

export interface ImportOptions extends TransferOptions {
  /** Told now and then how many records are in. */
  readonly onProgress?: (records: number, of: number) => void;
}

/** Records in one write. */
const BATCH = 1_000;

/**
 * Fills a new database with the journal of another, to the letter: opened, it gives the same answers as that one,
 * under the same sequence numbers. An import that is broken off leaves a database that nothing else opens; the same
 * lines bring it to its end.
 *
 * @param lines what `exportJournal` gave, each parsed from its JSON
 * @throws TenureError `TENURE_INVALID_OPTIONS`; `TENURE_INVALID_EVENT` with the number of the line that is wrong, from 1, and the reason;
 * `TENURE_STORAGE` when the database holds something already
 */
export async function importJournal(
  lines: Iterable<unknown> | AsyncIterable<unknown>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { path, db, onProgress, lines: checked } = checkedImport(lines, options);
  return await holding({ db, path }, databaseIn, async (database) => {
    const target = await openImport(database, { durability: 'process' });
    try {
      return await new Import(target, onProgress).run(checked);
    } finally {
      await target.store.close();
    }
  });
}

class Import {
  private readonly store: Store;
  /** The last record that an earlier import brought in. */
  private readonly resumedTo: number;
  /** Agents are numbered in the order in which they first appear. */
  private agents = new Map<string, number>();
  /** Events of the batch, with their lines. */
  private readonly batchIds = new Map<string, number>();
  private batch: NewRecord[] = [];
  private header: ExportHeader | undefined;
  private foundations: FoundationImport | undefined;
  private log: LogImport | undefined;
  /** The last record that there is to be. */
  private last = 0;
  private floor = 0;
  private line = 0;
  private seq = 0;
  private now = 0;
  private events = 0;

  constructor(
    private readonly target: ImportStore,
    private readonly onProgress: ImportOptions['onProgress'],
  ) {
    this.store = target.store;
    this.resumedTo = this.store.lastSeq;
  }

  async run(lines: Iterable<unknown> | AsyncIterable<unknown>): Promise<ImportSummary> {
    if (Symbol.asyncIterator in lines) for await (const value of lines) await this.next(value);
    // What has a `then` is a line like any other: it may never answer.
    else for (const value of lines) await this.next(value);
    await this.flush();
    if (this.header === undefined) throw this.wrong('expected the header of an export, got nothing');
    this.checkEnd(this.header);
    const settled = this.header.format === 2 ? this.header.settled : 0;
    await this.target.finish(settled);
    const resumed = Math.max(0, this.resumedTo - this.floor);
    return { records: this.last - this.floor, events: this.events, resumed };
  }

  private async next(value: unknown): Promise<void> {
    this.line++;
    if (this.header === undefined) await this.begin(this.parsed(headerSchema, value));
    else if (this.foundations?.isWhole === false) {
      await this.foundations.take(this.whole(this.parsed(foundationSchema, value)));
    } else if (this.log && this.seq === this.last) await this.said(this.log, value);
    else await this.take(this.parsed(recordSchema, value));
  }

  private async begin(header: ExportHeader): Promise<void> {
    this.header = header;
    this.last = header.records;
    if (header.format === 1) return this.checkRoom();
    this.whole(header);
    const { dropped, settled, records } = header;
    this.floor = dropped.seq;
    this.seq = dropped.seq;
    this.last = dropped.seq + records;
    if (settled > this.last || dropped.events > dropped.seq || dropped.agents > dropped.known) {
      throw this.wrong('expected numbers that fit one another');
    }
    this.checkRoom();
    const wrong = (reason: string) => this.wrong(reason);
    this.foundations = new FoundationImport(this.target, header, wrong);
    this.agents = this.foundations.agents;
    this.log = new LogImport(this.store, Math.max(settled, dropped.seq), wrong);
    if (dropped.seq > 0) await this.foundations.begin();
  }

  /** What an earlier import of another export brought in is not mixed with this one. */
  private checkRoom(): void {
    const { seq } = this.store.foundations.dropped;
    if (seq === this.floor || (seq === 0 && this.resumedTo === 0)) return;
    throw this.wrong('this is not the export that an earlier import began with');
  }

  private checkEnd({ records }: ExportHeader): void {
    const { seq, floor, last, resumedTo } = this;
    if (this.foundations?.isWhole === false) {
      throw this.wrong(`the export ends before all is there that stands in for the records up to ${floor}`);
    }
    if (seq < last || seq < resumedTo) {
      const expected = Math.max(last, resumedTo);
      throw this.wrong(`the export ends with record ${seq} of ${expected}`);
    }
    if (this.log?.isWhole === false) {
      throw this.wrong(`the export ends without its end, after ${records} records`);
    }
  }

  private async said(log: LogImport, value: unknown): Promise<void> {
    // Their records have to be there.
    await this.flush();
    await log.take(this.whole(this.parsed(outputSchema, value)));
  }

  private async take(record: ExportedRecord): Promise<void> {
    this.check(record);
    this.seq = record.seq;
    this.now = record.now;
    if (record.kind === 'event') this.events++;
    if (record.seq <= this.resumedTo) return await this.compare(record);
    this.batch.push(imported(record));
    if (this.batch.length >= BATCH) await this.flush();
  }

  /** What the journal promises: no gaps, a clock that never goes back, agents numbered as they appear. */
  private check(record: ExportedRecord): void {
    if (record.seq !== this.seq + 1) throw this.wrong(`expected record ${this.seq + 1}, got ${record.seq}`);
    if (record.seq > this.last) {
      throw this.wrong(`the header announced ${this.last - this.floor} records, this is one more`);
    }
    if (record.now < this.now) throw this.wrong(`the clock goes back, from ${this.now} to ${record.now}`);
    if (record.kind === 'retry' && record.of >= record.seq) {
      throw this.wrong(`retries record ${record.of}, which comes after it`);
    }
    if (record.kind !== 'event') return;
    const { agentId, id } = record.event;
    const expected = this.agents.get(agentId) ?? this.agents.size + 1;
    if (record.agent !== expected) {
      throw this.wrong(`expected agent ${expected} for ${JSON.stringify(agentId)}, got ${record.agent}`);
    }
    const past = this.foundations?.pasts.get(expected) ?? agentId;
    if (past !== agentId) {
      throw this.wrong(
        `expected ${JSON.stringify(past)} for agent ${expected}, got ${JSON.stringify(agentId)}`,
      );
    }
    this.agents.set(agentId, expected);
    if (this.batchIds.has(id)) throw this.repeated(id, this.line);
    if (record.seq > this.resumedTo) this.batchIds.set(id, this.line);
  }

  private async compare(record: ExportedRecord): Promise<void> {
    const known = await this.store.read(record.seq);
    const canonical = known.kind === 'event' ? await this.store.canonical(record.seq) : undefined;
    if (JSON.stringify(exported(known, canonical)) === JSON.stringify(record)) return;
    throw this.wrong(`record ${record.seq} is not the one that an earlier import brought in`);
  }

  private async flush(): Promise<void> {
    const ids = [...this.batchIds.keys()];
    const stored = await this.store.seqsOf(ids);
    const known = stored.findIndex((seq) => seq !== undefined);
    const repeated = ids[known];
    if (repeated !== undefined) throw this.repeated(repeated, this.batchIds.get(repeated) as number);
    await this.store.append(this.batch);
    this.batch = [];
    this.batchIds.clear();
    this.onProgress?.(this.seq - this.floor, this.last - this.floor);
  }

  /** A line that carries its checksum. */
  private whole<Line extends { readonly crc: number }>(line: Line): Line {
    if (isSealed(line)) return line;
    throw this.wrong('it is damaged: its checksum is wrong');
  }

  private parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
    let reason: string;
    try {
      const { success, data, error } = schema.safeParse(value);
      if (success && JSON.stringify(data) === JSON.stringify(value)) return data;
      reason = success ? 'expected a line to the letter as it was exported' : said(error);
    } catch (error) {
      // Lines need not come from a file: what reads them may hand in anything.
      reason = `reading it failed: ${reasonOf(error)}`;
    }
    throw this.wrong(reason);
  }

  private repeated(id: string, line: number): TenureError {
    return this.wrong(`event ${JSON.stringify(id)} is there already`, line);
  }

  private wrong(reason: string, line = this.line): TenureError {
    return new TenureError('TENURE_INVALID_EVENT', `line ${line}: ${reason}`);
  }
}

function said({ issues }: z.ZodError): string {
  const reasons = issues.map(({ path, message }) => {
    const where = path.map(String).join('.');
    return where ? `${where}: ${message}` : message;
  });
  return reasons.join('; ').slice(0, MAX_REASON);
}

/** What is wrong with a line may be as long as the line. */
const MAX_REASON = 1_000;
