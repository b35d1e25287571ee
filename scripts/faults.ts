/** Prints what comes of every fault at every operation of every system: `npm run faults`. */
import { runCell } from '../test/faults/cell.js'
import { faults } from '../test/faults/faults.js'
import { acts } from '../test/faults/operations.js'
import { printTable } from './demo-support.js'

console.log('code? = ambiguous: the request may have arrived; xN = sent N times (two tries are allowed here)')
let raw = 0

/** The table of one system: a row for each fault, a column for each operation. */
async function tableOf(kind: string): Promise<readonly Record<string, string>[]> {
  const columns = acts.filter((act) => act.system.kind === kind && act.through === 'facade')
  const clients = acts.filter((act) => act.system.kind === kind && act.through === 'client')
  return Promise.all(
    [undefined, ...faults].map(async (fault) => {
      const cells = await Promise.all(columns.map((act) => runCell(act, fault)))
      const others = await Promise.all(clients.map((act) => runCell(act, fault)))
      raw += [...cells, ...others].filter(({ words }) => words.startsWith('RAW')).length
      return Object.fromEntries([
        ['fault', fault?.name ?? '(none)'],
        ...columns.map((act, index) => [act.name, cells[index]?.words ?? '']),
        [`typed client, ${clients.length} operations`, [...new Set(others.map(({ words }) => words))].join(' or ')],
      ]) as Record<string, string>
    }),
  )
}

for (const kind of new Set(acts.map((act) => act.system.kind))) {
  const rows = await tableOf(kind)
  console.log(`\n${kind}`)
  printTable(Object.keys(rows[0] ?? {}), rows)
}
console.log(`\n${acts.length} operations x ${faults.length} faults, ${raw} raw errors`)
process.exitCode = raw === 0 ? 0 : 1
