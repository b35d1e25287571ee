/** The rules of what may import what: `npm run check` must be red where one is broken. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A file for each rule that breaks it, by the rule's name. */
const broken: Readonly<Record<string, readonly [path: string, code: string]>> = {
  'words-imports-no-higher-layer': ['core/words/up.ts', "import '../time/sleep.js'"],
  'time-imports-no-higher-layer': ['core/time/up.ts', "import '../check/check.js'"],
  'check-imports-no-higher-layer': [
    'core/check/up.ts',
    "import type { Log } from '../watch/events.js'\nexport type A = Log",
  ],
  'watch-imports-no-higher-layer': ['core/watch/up.ts', "import '../http/body.js'"],
  'http-imports-no-higher-layer': ['core/http/up.ts', "import '../credential/keys.js'"],
  'credential-imports-no-higher-layer': ['core/credential/up.ts', "import '../call/call.js'"],
  'call-imports-no-higher-layer': ['core/call/up.ts', "import '../wait/follow.js'"],
  'wait-imports-no-higher-layer': ['core/wait/up.ts', "import '../system/system.js'"],
  'no-circle': ['core/words/circle.ts', "import type { B } from './circle.js'\nexport type A = B\nexport type B = 1"],
  'core-is-in-layers': ['core/loose.ts', 'export const loose = 1'],
  'core-knows-no-system': ['core/system/knows.ts', "import '../../systems/restate/index.js'"],
  'a-system-imports-no-other': ['systems/restate/other.ts', "import '../service-fabric/index.js'"],
  'openapi-fetch-stays-in-clients': ['core/call/own.ts', "import 'openapi-fetch'"],
  resolvable: ['core/words/nowhere.ts', "import './nothing.js'"],
}

test('each rule is red where it is broken, and only there', async () => {
  const folder = await mkdtemp(join(root, 'node_modules', '.layers-'))
  try {
    for (const name of ['src', 'generated', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
      await cp(join(root, name), join(folder, name), { recursive: true })
    }
    const cruise = async (): Promise<string[]> => {
      const cli = join(root, 'node_modules/.bin/depcruise')
      const options = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src']
      const { stdout } = await promisify(execFile)(cli, options, { cwd: folder, maxBuffer: 50_000_000 }).catch(
        (thrown: { stdout: string }) => thrown,
      )
      const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } }
      return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort()
    }
    expect(await cruise()).toEqual([])
    for (const [path, code] of Object.values(broken)) await writeFile(join(folder, 'src', path), `${code}\n`)
    await writeFile(join(folder, 'src/core/words/uses-loose.ts'), "import '../loose.js'\n")
    expect(await cruise()).toEqual(Object.keys(broken).sort())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
