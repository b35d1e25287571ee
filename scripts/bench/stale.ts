import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds the package if it was not built since its sources changed. */
export async function buildIfStale(): Promise<void> {
  const built = join(root, manifest.exports['.'].default)
  const changed = ['src', 'generated'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  )
  const isStale = !existsSync(built) || changed.some((path) => statSync(path).mtimeMs > statSync(built).mtimeMs)
  if (isStale) execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' })
}
