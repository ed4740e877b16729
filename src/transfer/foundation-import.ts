import { crc32 } from 'node:zlib';
import { decodeState } from '../agent/codec.js';
import { openTables } from '../agent/table-bytes.js';
import type { JournalledEvent } from '../events/schema.js';
import type { ImportStore } from '../store/store.js';
import type { DirectoryEntry } from '../store/types.js';
import { type FoundationLine, foundationLines } from './foundation-lines.js';
import type { WholeHeader } from './lines.js';

type Payload = Extract<FoundationLine, { readonly bytes: number }>;

/** A line whose bytes follow it. */
interface Open {
  readonly line: Payload;
  readonly pieces: Buffer[];
  left: number;
}

/**
 * Takes in what stands in for the records that an exported database had dropped, line by line: either into a new
 * database, where one write puts all of it in force, or compares it with what an earlier import brought in.
 */
export class FoundationImport {
  /** Whether all of it was taken. */
  isWhole = false;
  /** Agents by their id, and numbers of pasts by theirs. */
  readonly agents = new Map<string, number>();
  readonly pasts = new Map<number, string>();
  private open: Open | undefined;
  private kept = 0;
  private layout: string | undefined;
  private readonly known: AsyncGenerator<FoundationLine, void> | undefined;

  /** @param wrong makes the error that names the present line */
  constructor(
    private readonly target: ImportStore,
    private readonly header: WholeHeader,
    private readonly wrong: (reason: string) => Error,
  ) {
    const { foundations } = target.store;
    if (foundations.dropped.seq > 0) this.known = foundationLines(foundations);
    this.isWhole = header.dropped.seq === 0;
  }

  /** Before the first line. */
  async begin(): Promise<void> {
    const { foundations } = this.target.store;
    if (!this.known) return await foundations.begin();
    const { generation: _generation, ...dropped } = foundations.dropped;
    if (JSON.stringify(dropped) !== JSON.stringify(this.header.dropped)) {
      throw this.wrong('this is not the export that an earlier import began with');
    }
  }

  async take(line: FoundationLine): Promise<void> {
    if (this.known) await this.compare(line);
    if (line.kind === 'piece') return await this.takePiece(line.data);
    if (this.open)
      throw this.wrong(`expected ${this.open.left} more bytes of the ${this.open.line.kind} before`);
    if (line.kind === 'kept') return await this.takeKept(line.event as unknown as JournalledEvent);
    this.open = { line, pieces: [], left: line.bytes };
  }

  private async compare(line: FoundationLine): Promise<void> {
    const { value } = (await this.known?.next()) ?? {};
    if (JSON.stringify(value) === JSON.stringify(line)) return;
    throw this.wrong('it is not what an earlier import brought in');
  }

  private async takePiece(data: string): Promise<void> {
    const { open } = this;
    const bytes = Buffer.from(data, 'base64');
    if (!open || bytes.length === 0 || bytes.length > open.left) throw this.wrong('expected no such piece');
    open.pieces.push(bytes);
    open.left -= bytes.length;
    if (open.left > 0) return;
    this.open = undefined;
    const payload = Buffer.concat(open.pieces);
    if (crc32(payload) !== open.line.payload)
      throw this.wrong(`the ${open.line.kind} that ends here is damaged`);
    await this.takeWhole(open.line, payload);
  }

  private async takeWhole(line: Payload, payload: Buffer): Promise<void> {
    if (line.kind === 'agent') await this.takeAgent(line.entry as unknown as DirectoryEntry, payload);
    else if (line.kind === 'past') await this.takePast(line.no, payload);
    else await this.takeDepartments(line.seq, payload);
  }

  private async takeAgent(entry: DirectoryEntry, payload: Buffer): Promise<void> {
    const { agents, seq } = this.header.dropped;
    const no = this.agents.size + 1;
    if (this.pasts.size > 0 || this.kept > 0 || no > agents)
      throw this.wrong('there are more agents than were dropped');
    if (entry.no !== no || this.agents.has(entry.agentId)) {
      throw this.wrong(`expected agent ${no}, got ${entry.no} (${JSON.stringify(entry.agentId)})`);
    }
    const state = this.stateOf(payload);
    const isSame = state.agentId === entry.agentId && state.seq === entry.seq && entry.layout === this.layout;
    if (!isSame || state.seq > seq) throw this.wrong(`agent ${no} is not the one whose state this is`);
    this.agents.set(entry.agentId, no);
    if (!this.known) await this.foundations.saveAgents([{ entry, state: payload }]);
  }

  private async takePast(no: number, payload: Buffer): Promise<void> {
    const { agents, known } = this.header.dropped;
    const expected = this.pasts.size + 1;
    if (this.agents.size !== agents) throw this.wrong(`expected ${agents} agents, got ${this.agents.size}`);
    if (no !== expected || no > known || this.kept > 0)
      throw this.wrong(`expected the past of agent ${expected}`);
    const { agentId } = this.stateOf(payload);
    if (no <= agents && this.agents.get(agentId) !== no)
      throw this.wrong(`it is not the past of agent ${no}`);
    this.pasts.set(no, agentId);
    if (!this.known) await this.foundations.savePasts([{ no, state: payload }]);
  }

  private async takeKept(event: JournalledEvent): Promise<void> {
    this.kept++;
    if (!this.known) await this.foundations.saveEvents([event]);
  }

  /** They are the last: with them all of it is put in force. */
  private async takeDepartments(seq: number, payload: Buffer): Promise<void> {
    const { dropped, watermark } = this.header;
    if (this.agents.size !== dropped.agents || this.pasts.size !== dropped.known) {
      throw this.wrong(
        `expected ${dropped.agents} agents and ${dropped.known} pasts before, got ${this.agents.size} and ${this.pasts.size}`,
      );
    }
    if (seq > dropped.seq) throw this.wrong(`expected the departments of a record up to ${dropped.seq}`);
    this.isWhole = true;
    if (this.known) return;
    await this.foundations.saveProjection({ seq, state: this.jsonOf(payload) });
    await this.target.found(dropped, watermark);
  }

  private get foundations() {
    return this.target.store.foundations;
  }

  private jsonOf(payload: Buffer): unknown {
    try {
      return JSON.parse(payload.toString());
    } catch {
      throw this.wrong('the departments are not JSON');
    }
  }

  /** A state, of the windows, strategies and policy that all of them are of. */
  private stateOf(payload: Buffer) {
    try {
      this.layout ??= String((openTables(payload).head as { layout?: unknown }).layout);
      return decodeState(payload, this.layout);
    } catch (error) {
      throw this.wrong(error instanceof Error ? error.message : String(error));
    }
  }
}
