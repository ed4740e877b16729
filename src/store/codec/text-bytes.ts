/** Room that is kept for the next text, bytes; a larger one is had for one text alone. */
const KEPT = 128 * 1024;

/**
 * UTF-8 that is put together from many texts, in memory that serves again and again: to add the texts up and to encode
 * their sum would copy all of it twice.
 */
export class TextBytes {
  private bytes = Buffer.allocUnsafe(KEPT);
  private length = 0;

  write(text: string): void {
    // A code unit takes three bytes at most.
    const needed = this.length + 3 * text.length;
    if (needed > this.bytes.length)
      this.bytes = Buffer.concat([this.bytes.subarray(0, this.length)], 2 * needed);
    this.length += this.bytes.write(text, this.length, 'utf8');
  }

  /** What was written since it was taken last; it stays as it is until something is written again. */
  take(): Buffer {
    const written = this.bytes.subarray(0, this.length);
    this.length = 0;
    if (this.bytes.length > KEPT) this.bytes = Buffer.allocUnsafe(KEPT);
    return written;
  }
}
