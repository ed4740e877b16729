/**
 * Ascending sequence numbers as the differences between them, seven bits a byte: one or two bytes each for an agent
 * among a thousand.
 */
export function packSeqs(seqs: readonly number[]): Buffer {
  const bytes: number[] = [];
  let previous = 0;
  for (const seq of seqs) {
    let rest = seq - previous;
    previous = seq;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

export function unpackSeqs(packed: Buffer): number[] {
  const seqs: number[] = [];
  let previous = 0;
  let difference = 0;
  let scale = 1;
  for (const byte of packed) {
    difference += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    previous += difference;
    seqs.push(previous);
    difference = 0;
    scale = 1;
  }
  return seqs;
}
