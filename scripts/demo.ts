/**
 * The main job on real input: `npm run demo`. Real invocations on a real Restate server are stopped and followed to
 * their end; the four clouds are a Prism mock each, and once more a small fake with a life of its own behind Prism. It
 * checks what it shows, and fails when anything is not so.
 */
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
  type StopError,
  serviceFabric,
  signed,
  type WaitReceipt,
} from 'allstop'
import { fakeEnterpriseScheduler } from '../test/support/fakes/enterprise-scheduler.js'
import { fakeFunctionCompute } from '../test/support/fakes/function-compute.js'
import { fakeFunctionGraph } from '../test/support/fakes/functiongraph.js'
import { type Fake, serve } from '../test/support/fakes/serve.js'
import { fakeServiceFabric } from '../test/support/fakes/service-fabric.js'
import { Work } from '../test/support/fakes/work.js'
import { startPrism } from '../test/support/prism.js'
import { startRestate } from '../test/support/restate-server.js'
import { startServices } from '../test/support/restate-services.js'
import type { Kind } from '../test/systems/kind.js'
import { cleanUp, keep, printTable } from './demo-support.js'

type Line = Record<'system' | 'target' | 'mode' | 'outcome' | 'before' | 'after' | 'status' | 'time', string> & {
  readonly story: string
}

const urn = 'urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fb2d9a:function:default:resize:latest'
const uuid = '1167bf8c-87b0-43ab-8f5f-26b16c64f252'

/** The four clouds, wherever they are. */
const cloudsAt = (at: (spec: Kind) => string) => ({
  images: functionGraph({ baseUrl: at('functiongraph'), auth: authToken('demo-token') }),
  reports: functionCompute({
    baseUrl: at('function-compute'),
    auth: signed(() => ({ authorization: 'ACS3-HMAC-SHA256 demo' })),
  }),
  payroll: enterpriseScheduler({
    baseUrl: at('enterprise-scheduler'),
    auth: basic({ username: 'ops', password: 'demo' }),
  }),
  shop: serviceFabric({ baseUrl: at('service-fabric'), serverTimeoutSeconds: 1 }),
})

const targets = {
  images: { system: 'images', functionUrn: urn, requestId: uuid },
  reports: { system: 'reports', serviceName: 'reports', functionName: 'render', invocationId: 'report-42' },
  payroll: { system: 'payroll', requestId: 300_000_012_345_678n },
  shop: { system: 'shop', applicationId: 'fabric:/shop/orders' },
} as const

async function main(): Promise<readonly string[]> {
  console.log('Starting a real Restate server, four Prism mocks, and four fakes behind Prism ...')
  const server = keep(await startRestate())
  const services = keep(await startServices(server))
  const mocks = await addresses((spec) => startPrism(spec))
  const life = () => new Work({ gracefulTakesMs: 400, forceTakesMs: 400 })
  const fakes: Partial<Record<Kind, Fake>> = {
    functiongraph: fakeFunctionGraph({ [uuid]: life() }),
    'function-compute': fakeFunctionCompute({ 'report-42': life() }),
    'enterprise-scheduler': fakeEnterpriseScheduler({ '300000012345678': life() }),
    'service-fabric': fakeServiceFabric({ 'shop~orders': new Work({ gracefulTakesMs: 1_600 }) }),
  }
  const lives = await addresses(async (spec) => {
    const served = keep(await serve(fakes[spec] ?? (() => new Response(null, { status: 500 }))))
    return startPrism(spec, served.url)
  })
  const orders = restate({ baseUrl: server.adminUrl })
  const fleet = allstop({ orders, ...cloudsAt(mocks) })
  const living = allstop({ orders, ...cloudsAt(lives) })

  const send = async (handler: string, tag: string) => {
    const { invocationId } = await services.send(`work/${handler}`, tag)
    await services.noted(tag, handler === 'finish' ? 'finished' : 'started')
    return { system: 'orders', invocationId } as const
  }
  const wordOf = async (invocationId: string) => {
    const row = await services.row(invocationId)
    return row === undefined ? 'no record' : `${row['status']} ${row['completion_failure'] ?? ''}`.trim()
  }

  const lines: Line[] = []
  const show = async (
    target: string,
    stop: () => Promise<Receipt | WaitReceipt>,
    look: () => Promise<string> = async () => '-',
  ): Promise<Line> => {
    const before = await look()
    const began = Date.now()
    const result = await stop().catch(stopErrorOnly)
    const time = `${Date.now() - began} ms`
    const [mode, outcome] = isStopError(result) ? ['-', `error ${result.code}`] : [result.mode, result.outcome]
    const status = String(result.httpStatus ?? '-')
    const story = isStopError(result) ? `error ${result.code}` : storyOf(result, began)
    lines.push({ system: result.system, target, mode, outcome, before, after: await look(), status, time, story })
    return lines.at(-1) as Line
  }
  const order = (what: string, target: Awaited<ReturnType<typeof send>>, options: object = {}) =>
    show(
      what,
      () => fleet.stopAndWait(target, { deadlineMs: 10_000, ...options }),
      () => wordOf(target.invocationId),
    )

  const sleeper = await order('a sleeper', await send('sleep', 'sleeper'))
  const saga = await order('a saga that compensates', await send('compensate', 'saga'))
  const impatient = { deadlineMs: 1_000 }
  const stubbornTarget = await send('ignore', 'stubborn')
  const stubborn = await order('one that ignores cancel', stubbornTarget, impatient)
  const escalated = await order('another, with escalation', await send('ignore', 'deaf'), { escalateAfterMs: 800 })
  const forced = await order('the first again, by force', stubbornTarget, { mode: 'force' })
  const doomed = await order('a saga, by force', await send('compensate', 'doomed'), { mode: 'force' })
  const finished = await order('one that has finished', await send('finish', 'finished'))
  const never = await order('an id that never existed', {
    system: 'orders',
    invocationId: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz',
  })
  const mocked = [
    await show('a request', () => fleet.stop(targets.images)),
    await show('a task', () => fleet.stop(targets.reports)),
    await show('a job request', () => fleet.stop(targets.payroll)),
    await show('an application', () => fleet.stop(targets.shop)),
  ]
  const wait = { deadlineMs: 10_000, poll: { minDelayMs: 100, maxDelayMs: 300 } }
  const followed = [
    await show('a request, followed', () => living.stopAndWait(targets.images, wait)),
    await show('a task, followed', () => living.stopAndWait(targets.reports, wait)),
    await show('a job request, followed', () => living.stopAndWait(targets.payroll, wait)),
    await show('an application, followed', () => living.stopAndWait(targets.shop, wait)),
  ]

  console.log('\nWhat was stopped ("before" and "after" are read from the Restate server itself)\n')
  printTable(['system', 'target', 'mode', 'outcome', 'before', 'after', 'status', 'time'], lines)
  console.log('\nPhases over time\n')
  printTable(['system', 'target', 'story'], lines)

  const { events } = services
  const killed = 'completed [409] killed'
  return failed([
    ['the sleeper was cancelled', sleeper.outcome === 'stopped' && sleeper.after === 'completed [409] Cancelled'],
    ['the saga was cancelled, and its compensation ran', saga.outcome === 'stopped' && events.includes('saga undone')],
    [
      'the stubborn one only took the cancel, and runs',
      stubborn.outcome === 'accepted' && stubborn.after === 'running',
    ],
    ['with escalation it was killed', escalated.mode === 'force' && escalated.after === killed],
    ['by force it was killed too', forced.outcome === 'stopped' && forced.after === killed],
    ['the killed saga did not compensate', doomed.after === killed && !events.some((e) => e.startsWith('doomed undo'))],
    ['what had finished is said to have ended before', finished.outcome === 'already-ended'],
    ['an id that never existed is an error', never.outcome === 'error not_found'],
    ['three clouds only take an order: "accepted"', mocked.slice(0, 3).every(({ outcome }) => outcome === 'accepted')],
    ['Service Fabric answers when it is done: "stopped"', mocked[3]?.outcome === 'stopped'],
    ['followed, all four are verified: "stopped"', followed.every(({ outcome }) => outcome === 'stopped')],
  ])
}

/** Starts something for each of the four clouds, and tells where. */
async function addresses(
  start: (spec: Kind) => Promise<{ url: string; close(): Promise<void> }>,
): Promise<(spec: Kind) => string> {
  const specs = ['functiongraph', 'function-compute', 'enterprise-scheduler', 'service-fabric'] as const
  const urls = new Map<Kind, string>()
  for (const spec of specs) urls.set(spec, keep(await start(spec)).url)
  return (spec) => urls.get(spec) ?? ''
}

function stopErrorOnly(thrown: unknown): StopError {
  if (isStopError(thrown)) return thrown
  throw thrown
}

function storyOf(receipt: Receipt | WaitReceipt, began: number): string {
  if (!('steps' in receipt)) return '(not followed)'
  return receipt.steps
    .map(({ at, mode, httpStatus, phase, native }) => {
      // A cancel that was recorded shows in the phase; the system's own word does not change with it.
      const word = native === undefined || phase !== 'stopping' ? (native ?? phase) : `${native} (stopping)`
      const what = mode === undefined ? word : `${mode} (HTTP ${httpStatus ?? 'none'})`
      return `${new Date(at).getTime() - began} ms ${what}`
    })
    .join(' -> ')
}

/** Prints what must hold and gives back what does not. */
function failed(claims: readonly (readonly [what: string, holds: boolean])[]): readonly string[] {
  console.log('\nWhat must hold\n')
  for (const [what, holds] of claims) console.log(`  ${holds ? 'ok  ' : 'FAIL'}  ${what}`)
  return claims.filter(([, holds]) => !holds).map(([what]) => what)
}

const began = performance.now()
try {
  const failures = await main()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(
    `\n${failures.length === 0 ? 'All of it holds' : `Does not hold: ${failures.join('; ')}`} (${seconds} s).`,
  )
  process.exitCode = failures.length === 0 ? 0 : 1
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await cleanUp()
}
