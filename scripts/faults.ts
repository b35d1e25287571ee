/**
 * Prints what comes of every fault at every operation of every system, over undici, and checks that it is what has to come
 * of it, over undici and over fetch: `npm run faults`.
 */
import { runCell, transports } from '../test/faults/cell.js'
import { expected } from '../test/faults/expected.js'
import { faults } from '../test/faults/faults.js'
import { acts } from '../test/faults/operations.js'
import { printTable } from './demo-support.js'

console.log('code? = ambiguous: the request may have arrived; xN = sent N times (two tries are allowed here)')
let raw = 0
const wrong: string[] = []
type OneAct = (typeof acts)[number]
type OneFault = (typeof faults)[number] | undefined

/** What comes of it over undici. Each transport has to come to what is expected. */
async function wordsOf(act: OneAct, fault: OneFault): Promise<string> {
  const [over, well] = await Promise.all([
    Promise.all(transports.map(async (transport) => (await runCell(act, fault, transport)).words)),
    fault === undefined ? undefined : wellOf(act),
  ])
  raw += over.filter((words) => words.startsWith('RAW')).length
  const due = fault === undefined || well === undefined ? over[0] : expected(act, fault, well)
  for (const [index, words] of over.entries()) {
    if (words === due) continue
    const where = `${act.system.kind} ${act.name}, ${fault?.name ?? 'no fault'}, over ${transports[index]}`
    wrong.push(`${where}: ${words}, not ${due}`)
  }
  return String(over[0])
}

const known = new Map<OneAct, Promise<string>>()
function wellOf(act: OneAct): Promise<string> {
  const well = known.get(act) ?? runCell(act, undefined, 'undici').then(({ words }) => words)
  known.set(act, well)
  return well
}

/** The table of one system: a row for each fault, a column for each operation. */
async function tableOf(kind: string): Promise<readonly Record<string, string>[]> {
  const columns = acts.filter((act) => act.system.kind === kind && act.through === 'facade')
  const clients = acts.filter((act) => act.system.kind === kind && act.through === 'client')
  return Promise.all(
    [undefined, ...faults].map(async (fault) => {
      const cells = await Promise.all(columns.map((act) => wordsOf(act, fault)))
      const others = await Promise.all(clients.map((act) => wordsOf(act, fault)))
      return Object.fromEntries([
        ['fault', fault?.name ?? '(none)'],
        ...columns.map((act, index) => [act.name, cells[index] ?? '']),
        [`typed client, ${clients.length} operations`, [...new Set(others)].join(' or ')],
      ]) as Record<string, string>
    }),
  )
}

for (const kind of new Set(acts.map((act) => act.system.kind))) {
  const rows = await tableOf(kind)
  console.log(`\n${kind}`)
  printTable(Object.keys(rows[0] ?? {}), rows)
}
const count = `${acts.length} operations x ${faults.length} faults, each over ${transports.join(' and ')}`
console.log(`\n${count}: ${raw} raw errors, ${wrong.length} other than expected`)
for (const line of wrong) console.log(`  ${line}`)
process.exitCode = raw + wrong.length === 0 ? 0 : 1
