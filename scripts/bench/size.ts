import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { fixtures } from '../../test/systems/index.js'
import { printTable } from '../demo-support.js'
import { shown } from './numbers.js'

/** What a bundle grows by, without undici. */
export async function run(): Promise<void> {
  const entries = ['allstop', ...fixtures.map(({ kind }) => `allstop/${kind}`)]
  const rows = await Promise.all(
    entries.map(async (entry) => {
      const { outputFiles } = await build({
        entryPoints: [fileURLToPath(import.meta.resolve(entry))],
        ...{ bundle: true, minify: true, format: 'esm', platform: 'node', write: false },
        external: ['undici', '#undici/*'],
      })
      const [code = new Uint8Array()] = outputFiles.map(({ contents }) => contents)
      return {
        entry,
        'minified (kB)': shown(code.byteLength / 1000, 1),
        'gzip (kB)': shown(gzipSync(code).byteLength / 1000, 1),
      }
    }),
  )
  console.log('\nSize in a bundle (esbuild, minified, without undici)\n')
  printTable(['entry', 'minified (kB)', 'gzip (kB)'], rows)
}
