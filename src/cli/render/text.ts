/** Control and direction characters: what an agent is called must not move the cursor or hide a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside, made safe to show on one line of a terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '�');
}

/** Columns that a text takes, counting everything that may be wide as wide: never too little. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += isWide(character.codePointAt(0) as number) ? 2 : 1;
  return columns;
}

/** East Asian scripts, symbols and emoji; not the letters, arrows and bars before them. */
function isWide(codePoint: number): boolean {
  return codePoint >= 0x2600 || (codePoint >= 0x1100 && codePoint < 0x1160);
}

/** At most `columns` wide; what is cut ends in an ellipsis. */
export function fitted(text: string, columns: number): string {
  const safe = printable(text);
  if (columnsOf(safe) <= columns) return safe;
  let result = '';
  for (const character of safe) {
    if (columnsOf(result) + columnsOf(character) > columns - 1) break;
    result += character;
  }
  return `${result}…`;
}

/** `1 agent`, `2 agents`, `23,877 events`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `23,877`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** Breaks a sentence into lines of at most `columns`, all but the first indented. */
export function wrapped(text: string, columns = 100, indent = '  '): string {
  const sentence = text.trimStart();
  const lines = [text.slice(0, text.length - sentence.length)];
  let atStart = true;
  for (const word of sentence.split(' ')) {
    const line = lines[lines.length - 1] as string;
    if (!atStart && columnsOf(line) + 1 + columnsOf(word) > columns) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = atStart ? line + word : `${line} ${word}`;
    atStart = false;
  }
  return lines.join('\n');
}
