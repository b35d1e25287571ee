import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { ids } from '../../test/support/systems.js'
import { fixtures } from '../../test/systems/index.js'
import { printTable } from '../demo-support.js'
import { median, shown } from './numbers.js'
import { startServer } from './serving.js'
import type { Settings } from './settings.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tellCpu = `process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  console.log((user + system) / 1000)
})`

interface Run {
  readonly wallMs: number
  readonly cpuMs: number
}

/** Runs a program in a process of its own, as a user of the package would. */
async function runFresh(program: string): Promise<Run> {
  const began = performance.now()
  const code = `${program}\n${tellCpu}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [told, [status]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (status !== 0) throw new Error(`a process ended with ${status}: ${program}`)
  return { wallMs: performance.now() - began, cpuMs: Number(told) }
}

/** What an import and a first stop cost a fresh process. */
export async function run({ rounds }: Settings): Promise<void> {
  const url = await startServer()
  const stopOf = ({ kind, factory, modes, variants: [{ target }] }: (typeof fixtures)[number]): string => {
    const mode = JSON.stringify({ mode: modes.at(-1) })
    return `import { ${factory} } from 'allstop/${kind}'
      await ${factory}({ baseUrl: '${url}' }).stop(${JSON.stringify(target)}, ${mode})`
  }
  const entries = ['allstop', ...fixtures.map(({ kind }) => `allstop/${kind}`)]
  const programs = new Map([
    ['an empty process', ''],
    ...entries.map((entry) => [`import ${entry}`, `import '${entry}'`] as const),
    [
      "a first fetch, Node's",
      `await (await fetch('${url}/invocations/${ids.restate}/kill', { method: 'PATCH' })).text()`,
    ],
    ...fixtures.map((fixture) => [`a first stop, ${fixture.kind}`, stopOf(fixture)] as const),
  ])
  const runs = new Map([...programs.keys()].map((name) => [name, [] as Run[]]))
  // The first of each is not counted: it fills the caches of the file system. Processes differ more than turns do.
  for (let round = 0; round <= 2 * rounds; round += 1) {
    for (const [name, program] of programs) {
      const one = await runFresh(program)
      if (round > 0) runs.get(name)?.push(one)
    }
  }
  const [empty = []] = runs.values()
  const over = (own: readonly Run[], of: (run: Run) => number): string =>
    shown(median(own.map((each, round) => of(each) - of(empty[round] ?? each))), 1)
  console.log(
    `\nFresh processes: time over an empty one (${median(empty.map(({ wallMs }) => wallMs)).toFixed(0)} ms)\n`,
  )
  printTable(
    ['process', 'time (ms)', 'CPU (ms)'],
    [...runs].slice(1).map(([process, own]) => ({
      process,
      'time (ms)': over(own, ({ wallMs }) => wallMs),
      'CPU (ms)': over(own, ({ cpuMs }) => cpuMs),
    })),
  )
}
