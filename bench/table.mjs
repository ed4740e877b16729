import Table from 'cli-table3';

/** Prints a table with a title; the first column is words, the others are figures. */
export function printTable(title, head, rows) {
  const colAligns = head.map((_, i) => (i === 0 ? 'left' : 'right'));
  const table = new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
  table.push(...rows);
  console.log(`\n${title}\n${table.toString()}`);
}
