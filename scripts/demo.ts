/**
 * The main job on real input: `npm run demo`. Real invocations on a real Restate server, and one Prism mock for each of
 * the four clouds, all stopped through one fleet. It checks what it shows and fails when anything is not so.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  allstop,
  authToken,
  basic,
  enterpriseScheduler,
  functionCompute,
  functionGraph,
  isStopError,
  type Receipt,
  restate,
  serviceFabric,
  signed,
} from 'allstop'
import { startPrism } from '../test/support/prism.js'
import { startRestate } from '../test/support/restate-server.js'
import { startServices } from '../test/support/restate-services.js'

type Closer = () => Promise<void>
const closers: Closer[] = []
async function cleanUp(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close().catch(() => {})
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void cleanUp().then(() => process.exit(130)))
}

interface Line {
  readonly system: string
  readonly target: string
  readonly mode: string
  readonly outcome: string
  readonly before: string
  readonly after: string
  readonly status: string
  readonly time: string
}

const failures: string[] = []
function check(what: string, holds: boolean): void {
  console.log(`  ${holds ? 'ok  ' : 'FAIL'}  ${what}`)
  if (!holds) failures.push(what)
}

async function main(): Promise<void> {
  const began = performance.now()
  console.log('Starting a real Restate server and four Prism mocks ...')
  const server = await startRestate()
  closers.push(() => server.close())
  const services = await startServices(server)
  closers.push(() => services.close())
  const [graph, compute, scheduler, fabric] = await Promise.all(
    (['functiongraph', 'function-compute', 'enterprise-scheduler', 'service-fabric'] as const).map(async (name) => {
      const mock = await startPrism(name)
      closers.push(() => mock.close())
      return mock.url
    }),
  )
  if (!graph || !compute || !scheduler || !fabric) throw new Error('a mock did not start')

  const fleet = allstop({
    orders: restate({ baseUrl: server.adminUrl }),
    images: functionGraph({ baseUrl: graph, auth: authToken('demo-token') }),
    reports: functionCompute({ baseUrl: compute, auth: signed(() => ({ authorization: 'ACS3-HMAC-SHA256 demo' })) }),
    payroll: enterpriseScheduler({ baseUrl: scheduler, auth: basic({ username: 'ops', password: 'demo' }) }),
    shop: serviceFabric({ baseUrl: fabric }),
  })

  const [sleeper, saga, stubborn, doomed, finished] = await Promise.all([
    services.send('work/sleep', 'sleeper'),
    services.send('work/compensate', 'saga'),
    services.send('work/ignore', 'stubborn'),
    services.send('work/compensate', 'doomed'),
    services.send('work/finish', 'finished'),
  ])
  await Promise.all([
    ...['sleeper', 'saga', 'stubborn', 'doomed'].map((tag) => services.noted(tag, 'started')),
    services.until(finished.invocationId, 'completed'),
  ])

  const lines: Line[] = []
  const wordOf = async (id: string) => {
    const row = await services.row(id)
    return row === undefined ? 'no record' : `${row['status']} ${row['completion_failure'] ?? ''}`.trim()
  }
  const show = async (
    target: string,
    stop: () => Promise<Receipt>,
    word: () => Promise<string> = async () => '-',
    system = 'orders',
  ): Promise<Receipt | undefined> => {
    const before = await word()
    const started = performance.now()
    const result = await stop().catch((thrown: unknown) => {
      if (!isStopError(thrown)) throw thrown
      return thrown
    })
    const time = `${Math.round(performance.now() - started)} ms`
    // The server is asked once the stop has had time to land: the compensation takes 300 ms.
    if (before !== '-') await sleep(600)
    const after = await word()
    const common = { system, target, before, after, status: String(result.httpStatus ?? '-'), time }
    lines.push(
      isStopError(result)
        ? { ...common, mode: '-', outcome: `error ${result.code}` }
        : { ...common, mode: result.mode, outcome: result.outcome },
    )
    return isStopError(result) ? undefined : result
  }
  const order = (name: string, { invocationId }: { invocationId: string }, mode: 'graceful' | 'force' = 'graceful') =>
    show(
      name,
      () => fleet.stop({ system: 'orders', invocationId }, { mode }),
      () => wordOf(invocationId),
    )

  await order('a sleeper', sleeper)
  await order('a saga that compensates', saga)
  await order('one that ignores cancel', stubborn)
  const stubbornAfterCancel = await wordOf(stubborn.invocationId)
  await order('the same, killed', stubborn, 'force')
  await order('another saga, killed', doomed, 'force')
  await order('one that has finished', finished)
  await order('an id that never existed', { invocationId: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz' })

  const functionUrn = 'urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fb2d9a:function:default:resize:latest'
  const requestId = '1167bf8c-87b0-43ab-8f5f-26b16c64f252'
  await show('1167bf8c-...', () => fleet.stop({ system: 'images', functionUrn, requestId }), undefined, 'images')
  const task = { serviceName: 'reports', functionName: 'render', invocationId: 'report-42' }
  await show('report-42', () => fleet.stop({ system: 'reports', ...task }), undefined, 'reports')
  await show(
    '300000012345678',
    () => fleet.stop({ system: 'payroll', requestId: 300000012345678n }),
    undefined,
    'payroll',
  )
  const applicationId = 'fabric:/shop/orders'
  await show(applicationId, () => fleet.stop({ system: 'shop', applicationId }), undefined, 'shop')

  console.log(
    '\nWhat was stopped ("before" and "after" are read from the Restate server itself; mocks have no state)\n',
  )
  printTable(lines)

  const line = (target: string) => lines.find((candidate) => candidate.target === target)
  const { events } = services
  console.log('\nWhat must hold\n')
  check('the sleeper was cancelled', line('a sleeper')?.after === 'completed [409] Cancelled')
  check('the saga was cancelled, and its compensation ran', events.includes('saga undone'))
  check('the stubborn one only took the cancel, and was still running', stubbornAfterCancel === 'running')
  check('then it was killed', line('the same, killed')?.after === 'completed [409] killed')
  check('the killed saga did not compensate', !events.some((event) => event.startsWith('doomed undo')))
  check(
    'work that had finished is said to have ended before',
    line('one that has finished')?.outcome === 'already-ended',
  )
  check('an id that never existed is an error', line('an id that never existed')?.outcome === 'error not_found')
  check(
    'the three clouds that only take an order say "accepted"',
    lines.slice(-4, -1).every(({ outcome }) => outcome === 'accepted'),
  )
  check('Service Fabric, which answers when it is done, says "stopped"', lines.at(-1)?.outcome === 'stopped')
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`\n${failures.length === 0 ? 'All of it holds' : `${failures.length} do not hold`} (${seconds} s).`)
}

function printTable(lines: readonly Line[]): void {
  const columns = ['system', 'target', 'mode', 'outcome', 'before', 'after', 'status', 'time'] as const
  const width = (column: (typeof columns)[number]) =>
    Math.max(column.length, ...lines.map((line) => line[column].length))
  const print = (cells: Record<(typeof columns)[number], string>) =>
    console.log(`  ${columns.map((column) => cells[column].padEnd(width(column))).join('  ')}`.trimEnd())
  print(Object.fromEntries(columns.map((column) => [column, column])) as unknown as Line)
  print(Object.fromEntries(columns.map((column) => [column, '-'.repeat(width(column))])) as unknown as Line)
  for (const line of lines) print(line)
}

try {
  await main()
  if (failures.length > 0) process.exitCode = 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await cleanUp()
}
// Sockets of the mocks may linger; everything that was started has been ended.
process.exit()
