/** `npm run check` must fail on a generated file that is stale, missing or orphaned, whichever it is. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { fixtures } from '../systems/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const specNames = fixtures.map(({ kind }) => kind)
// Each check is a process that generates all of them: seconds, and more of them on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allstop-generated-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The check's exit code and words, with the generated files of a folder of its own. */
async function check(out: string): Promise<{ code: number; words: string }> {
  const args = ['--import', 'tsx', 'scripts/generate.ts', '--check', '--out', out]
  return run(process.execPath, args, { cwd: root }).then(
    ({ stdout }) => ({ code: 0, words: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, words: error.stderr }),
  )
}

async function copy(name: string): Promise<string> {
  const out = join(folder, name)
  await cp(join(root, 'generated'), out, { recursive: true })
  return out
}

test('what is committed is fresh', async () => {
  expect(await check(await copy('fresh'))).toMatchObject({ code: 0 })
})

test('all stale, one missing, one orphaned: each is named', async () => {
  const out = await copy('drifted')
  for (const name of specNames) {
    const path = join(out, `${name}.ts`)
    await writeFile(path, `${await readFile(path, 'utf8')}// drift\n`)
  }
  await rm(join(out, 'restate.ts'))
  await writeFile(join(out, 'sixth.ts'), '')
  const { code, words } = await check(out)
  expect(code).toBe(1)
  expect(words).toContain('restate.ts is missing')
  for (const name of specNames.slice(1)) expect(words).toContain(`${name}.ts is stale`)
  expect(words).toContain('sixth.ts has no spec')
})

test.each(specNames)('%s alone is stale', async (name) => {
  const out = await copy(`only-${name}`)
  await writeFile(join(out, `${name}.ts`), '// drift\n')
  expect(await check(out)).toMatchObject({ code: 1 })
})
