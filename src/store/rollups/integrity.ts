import { isTenureError, TenureError } from '../../errors.js';
import type { Connection, Del, Put } from '../connection.js';
import { corrupt } from '../failures.js';
import { type RollupHead, rollupsPut } from '../meta.js';

const UNKNOWN = 'The roll-ups, or what they belong to, are damaged';

/** An entry with totals or data points is damaged or gone: whoever reads it again will notice again. */
export class DamagedEntry extends TenureError {
  constructor(message: string) {
    super('TENURE_CORRUPT', message);
  }
}

/**
 * What is known of the stored roll-ups, and whether they are to be believed. Damage is remembered: until it is made good
 * nothing of them is believed. If it is of more than single entries, that is so after a restart too.
 */
export class RollupIntegrity {
  readonly #connection: Connection;
  /** `undefined`: what is stored could not be trusted when the store was opened, or is being reset. */
  #head: RollupHead | undefined;
  /** What was found damaged since then, in words. */
  #damage: string | undefined;
  /** Whether that is of more than single entries. */
  #isDoubted = false;
  /** Why it is not known any more what is stored. */
  #failure: unknown;

  constructor(connection: Connection, head: RollupHead | undefined) {
    this.#connection = connection;
    this.#head = head;
  }

  /** What was found damaged and is not made anew yet, in words; `undefined` for nothing. */
  get damage(): string | undefined {
    return this.#damage ?? (this.#head ? undefined : UNKNOWN);
  }

  /** Whether single entries are damaged, and the rest is to be believed. */
  get isOfEntries(): boolean {
    return this.#damage !== undefined && !this.isDoubted;
  }

  /** Whether more than single entries are damaged: nothing of it is to be believed. */
  get isDoubted(): boolean {
    return this.#head === undefined || this.#isDoubted;
  }

  /** What the roll-ups would say of themselves, damaged or not; `undefined` when they say nothing. */
  get head(): RollupHead | undefined {
    return this.#head;
  }

  /** @throws TenureError `TENURE_CORRUPT` while something is damaged, or what a write failed with */
  known(): RollupHead {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#head && this.#damage === undefined) return this.#head;
    throw this.isOfEntries ? new DamagedEntry(this.#damage ?? UNKNOWN) : corrupt(this.#damage ?? UNKNOWN);
  }

  /** Notes what is stored about them now. */
  update(head: RollupHead): void {
    this.#head = head;
  }

  /** From here on they are being made anew. */
  doubt(): RollupHead {
    if (!this.#head) throw corrupt(UNKNOWN);
    this.#damage ??= UNKNOWN;
    this.#isDoubted = true;
    return this.#head;
  }

  /** Nothing is known of them any more, until {@link restore}. */
  forget(): void {
    this.#head = undefined;
  }

  /** All of it is there again. */
  restore(head: RollupHead): void {
    this.#head = head;
    this.#damage = undefined;
    this.#isDoubted = false;
  }

  /** Notes why nothing of them is to be believed although it is as it was written. */
  async distrust(reason: string): Promise<void> {
    await this.#remember(corrupt(reason));
  }

  /** Runs what reads them; damage that it meets is remembered. */
  async guarding<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      if (isTenureError(error, 'TENURE_CORRUPT')) await this.#remember(error);
      throw error;
    }
  }

  async #remember(error: TenureError): Promise<void> {
    if (this.isDoubted) return;
    this.#damage ??= error.message;
    if (error instanceof DamagedEntry) return;
    this.#isDoubted = true;
    await this.#connection.writeDerived('Remembering damage', [rollupsPut(undefined)]);
  }

  /** When a write fails it is not known what is stored. */
  async write(action: string, operations: (Put | Del)[]): Promise<void> {
    try {
      await this.#connection.writeDerived(action, operations);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
