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

/** By fault: what comes of it for each operation. One fault at a time: a port that nobody listens on may be given away. */
const cells = new Map<OneFault, ReadonlyMap<OneAct, string>>()
for (const fault of [undefined, ...faults]) {
  cells.set(fault, new Map(await Promise.all(acts.map(async (act) => [act, await wordsOf(act, fault)] as const))))
}

/** The table of one system: a row for each fault, a column for each operation. */
function tableOf(kind: string): readonly Record<string, string>[] {
  const own = acts.filter(({ system }) => system.kind === kind)
  const columns = own.filter(({ through }) => through === 'facade')
  const clients = own.filter(({ through }) => through === 'client')
  return [...cells].map(([fault, words]) => ({
    fault: fault?.name ?? '(none)',
    ...Object.fromEntries(columns.map((act) => [act.name, words.get(act) ?? ''])),
    [`typed client, ${clients.length} operations`]: [...new Set(clients.map((act) => words.get(act)))].join(' or '),
  }))
}

for (const kind of new Set(acts.map((act) => act.system.kind))) {
  const rows = tableOf(kind)
  console.log(`\n${kind}`)
  printTable(Object.keys(rows[0] ?? {}), rows)
}
const count = `${acts.length} operations x ${faults.length} faults, each over ${transports.join(' and ')}`
console.log(`\n${count}: ${raw} raw errors, ${wrong.length} other than expected`)
for (const line of wrong) console.log(`  ${line}`)
process.exitCode = raw + wrong.length === 0 ? 0 : 1
