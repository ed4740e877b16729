import type { Output, Store } from '../store/types.js';
import type { OutputLine } from './foundation-lines.js';

/** Outputs in one write. */
const BATCH = 500;

/** Takes in the part of the log that no replay makes again, and the end of the export. */
export class LogImport {
  /** Whether the end has come. */
  isWhole = false;
  private readonly batch: Output[] = [];
  private count = 0;
  private last: Output | undefined;

  /**
   * @param upTo the last record that any of them may be of
   * @param wrong makes the error that names the present line
   */
  constructor(
    private readonly store: Store,
    private readonly upTo: number,
    private readonly wrong: (reason: string) => Error,
  ) {}

  async take(line: OutputLine): Promise<void> {
    if (this.isWhole) throw this.wrong('the export ended before this line');
    if (line.kind === 'end') return await this.end(line.outputs);
    const output = line.output as unknown as Output;
    const { last } = this;
    const isAfter =
      !last || output.seq > last.seq || (output.seq === last.seq && output.position > last.position);
    if (!isAfter || output.seq > this.upTo)
      throw this.wrong(`expected an output after the one before, up to record ${this.upTo}`);
    this.last = output;
    this.count++;
    this.batch.push(output);
    if (this.batch.length >= BATCH) await this.flush();
  }

  private async end(outputs: number): Promise<void> {
    if (outputs !== this.count) throw this.wrong(`expected ${outputs} outputs, got ${this.count}`);
    await this.flush();
    this.isWhole = true;
  }

  /** Those that an earlier import stored stay as they are. */
  private async flush(): Promise<void> {
    await this.store.appendOutputs(this.batch.splice(0));
  }
}
