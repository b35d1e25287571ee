/**
 * The main job on real input: `npm run demo`. Real invocations on a real Restate server are stopped and followed to
 * their end; each other system is a Prism mock, and once more a small fake with a life of its own behind Prism. It checks
 * what it shows, and fails when anything is not so.
 */
import { allstop, isStopError, type Receipt, restate, type StopError, type WaitReceipt } from 'allstop'
import { serve } from '../test/support/fakes/serve.js'
import { Work } from '../test/support/fakes/work.js'
import { startPrism } from '../test/support/prism.js'
import { startRestate } from '../test/support/restate-server.js'
import { startServices } from '../test/support/restate-services.js'
import { variants } from '../test/systems/index.js'
import { cleanUp, keep, printTable } from './demo-support.js'

type Line = Record<'system' | 'target' | 'mode' | 'outcome' | 'before' | 'after' | 'status' | 'time', string> & {
  readonly story: string
}

/** The other systems: every one that the tests know. */
const clouds = variants.filter(({ kind }) => kind !== 'restate')

async function main(): Promise<readonly string[]> {
  console.log('Starting a real Restate server; for each other system a Prism mock, and a fake behind Prism ...')
  const server = keep(await startRestate())
  const services = keep(await startServices(server))
  const fleet = allstop({ orders: restate({ baseUrl: server.adminUrl }) })

  const send = async (handler: string, tag: string) => {
    const { invocationId } = await services.send(`work/${handler}`, tag)
    await services.noted(tag, handler === 'finish' ? 'finished' : 'started')
    return { invocationId }
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
      () => fleet.stopAndWait({ system: 'orders', ...target }, { deadlineMs: 10_000, ...options }),
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
  const never = await order('an id that never existed', { invocationId: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz' })
  const asked: (readonly [Line, string])[] = []
  const followed: Line[] = []
  const wait = { deadlineMs: 10_000, poll: { minDelayMs: 100, maxDelayMs: 300 } }
  for (const { kind, name, make, credential, target, fake, lives } of clouds) {
    const at = (baseUrl: string) => make({ baseUrl, auth: credential('demo'), ...fake.options }).named(name)
    const mock = at(keep(await startPrism(kind)).url)
    const served = keep(await serve(fake.of(new Work({ gracefulTakesMs: 400, forceTakesMs: 400 }))))
    const living = at(keep(await startPrism(kind, served.url)).url)
    asked.push([await show('a mock', () => mock.stop(target)), lives.taken])
    followed.push(await show('a life, followed', () => living.stopAndWait(target, wait)))
  }

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
    ...asked.map(
      ([{ system, outcome }, taken]) =>
        [`${system} says of a stop that was taken: "${taken}"`, outcome === taken] as const,
    ),
    ['followed, the others are verified too: "stopped"', followed.every(({ outcome }) => outcome === 'stopped')],
  ])
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
