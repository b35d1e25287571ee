/**
 * Writes dist/: one file for what all systems share, one for each entry of `exports`, and the types file by file. A file of
 * its own for each source took four times as long to import. The code is not minified, so that what Node.js shows of an
 * error can be read; names of classes and exported functions stay.
 */
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import manifest from '../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/** The files that package.json leads to: its entries, and what stands for undici where there is none. */
const led = [
  ...Object.values(manifest.exports).map((entry) => (typeof entry === 'string' ? '' : entry.default)),
  manifest.imports['#undici/*'].default,
]
/** Their sources, by the name of the file in dist/src, without its ending. */
const input = Object.fromEntries(
  led.flatMap((path) => {
    const [, name] = /^\.\/dist\/src\/(.+)\.js$/.exec(path) ?? []
    return name === undefined ? [] : [[name, join(root, 'src', `${name}.ts`)]]
  }),
)

await rm(dist, { recursive: true, force: true })
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'src/tsconfig.json'], {
  cwd: root,
  stdio: 'inherit',
})
const bundle = await rolldown({
  cwd: root,
  input,
  // The runtime decides what #undici is: `imports` of package.json.
  external: [/^#undici\//, 'openapi-fetch'],
  platform: 'neutral',
  // An entry is a file of its own, without another one behind it; a test holds its exports.
  preserveEntrySignatures: 'allow-extension',
  treeshake: { moduleSideEffects: false },
  transform: { target: 'es2022' },
  tsconfig: false,
  // A warning, such as one about an import of node: that not every runtime has, is an error.
  onLog: (_, { message }) => {
    throw new Error(message)
  },
})
await bundle.write({
  dir: join(dist, 'src'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  codeSplitting: { groups: [{ name: 'core', test: /\/src\/core\/(?!http\/no-undici)/ }] },
  // The sources are in the package, and the comments with them.
  comments: { jsdoc: false },
  sourcemap: true,
  sourcemapExcludeSources: true,
})
