/** No name at all. */
export const NO_NAME = 0;

/** Names that many agents have, such as departments: each text once, by a number, for as long as anybody has it. */
export class KeptNames {
  private readonly numbers = new Map<string, number>();
  /** By number. */
  private readonly texts: (string | undefined)[] = [undefined];
  private readonly holders: number[] = [0];
  private readonly free: number[] = [];

  /** The number of a name that somebody more has now; {@link NO_NAME} for none. */
  hold(text: string | undefined): number {
    if (text === undefined) return NO_NAME;
    const no = this.numbers.get(text) ?? this.add(text);
    this.holders[no]!++;
    return no;
  }

  /** Somebody does not have a name any more. */
  release(no: number): void {
    if (no === NO_NAME || --this.holders[no]! > 0) return;
    this.numbers.delete(this.texts[no] as string);
    this.texts[no] = undefined;
    this.free.push(no);
  }

  at(no: number): string | undefined {
    return this.texts[no];
  }

  private add(text: string): number {
    const no = this.free.pop() ?? this.texts.length;
    this.numbers.set(text, no);
    this.texts[no] = text;
    this.holders[no] = 0;
    return no;
  }
}
