/** Every TypeScript snippet of the README compiles, in order, as one strict module per section. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
beforeAll(async () => {
  // Inside the project, so that the package's own name and types resolve as its tsconfig says.
  folder = await mkdtemp(join(root, 'test', 'package', '.readme-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a snippet takes from the reader's own code. */
const given = `
declare const invocationId: string, username: string, password: string
declare const tokenUrl: string, clientId: string, clientSecret: string, cert: string, key: string, ca: string
declare const azureCredential: import('allstop').TokenGiver
declare function getKeys(): Promise<import('allstop').AlibabaKeys>
declare function getToken(): Promise<string>
`

test('README snippets compile', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const snippets = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
  expect(snippets.length).toBeGreaterThan(3)
  const module = [given, ...snippets].join('\n')
  const file = join(folder, 'snippets.ts')
  await writeFile(file, module)
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [file] }, ts.sys, root)
  // Snippets show calls whose results nobody uses, and export nothing.
  const program = ts.createProgram([file], {
    ...options,
    noUnusedLocals: false,
    isolatedDeclarations: false,
    declaration: false,
  })
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ messageText, start = 0 }) =>
        `${module.slice(start, start + 60)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
  expect(problems).toEqual([])
}, 60_000)
