/** What the demo needs beside its story: ending what it started, also on Ctrl-C, and printing tables. */

interface Closable {
  close(): Promise<void>
}

const kept: Closable[] = []

/** Remembers something to be ended with the demo. */
export function keep<T extends Closable>(started: T): T {
  kept.push(started)
  return started
}

/** Ends everything that was kept, the latest first. */
export async function cleanUp(): Promise<void> {
  for (const started of kept.splice(0).reverse()) await started.close().catch(() => {})
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(130)))
}

/** Prints rows under their column names. */
export function printTable<C extends string>(
  columns: readonly C[],
  rows: readonly Readonly<Record<C, string>>[],
): void {
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => row[column].length)))
  const print = (cells: readonly string[]) =>
    console.log(`  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
  print(columns)
  print(widths.map((width) => '-'.repeat(width)))
  for (const row of rows) print(columns.map((column) => row[column]))
}
