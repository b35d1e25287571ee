/** The package as users get it: packed in a fresh clone, and installed in an empty folder. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const exec = promisify(execFile)

const npm = (args: string[], cwd: string) =>
  exec('npm', [...args, '--no-audit', '--no-fund', '--offline', '--loglevel', 'error'], { cwd })

/** What a clone of the repository holds, with what is not committed yet, and what `npm ci` puts beside it. */
async function clone(project: string): Promise<void> {
  const { stdout } = await exec('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  const files = stdout.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))
  await Promise.all(files.map((name) => cp(join(root, name), join(project, name))))
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'))
}

/** Packs the package in a folder, and installs it in an app beside it. */
export async function installPacked(folder: string): Promise<{ readonly tarball: string; readonly app: string }> {
  const project = join(folder, 'project')
  await clone(project)
  await npm(['pack', '--pack-destination', folder], project)
  // The dependencies are packed from what is installed here, so that nothing is fetched.
  const sources = ['openapi-fetch', 'openapi-typescript-helpers', 'undici'].map((name) =>
    join(root, 'node_modules', name),
  )
  for (const source of sources) await npm(['pack', source, '--ignore-scripts', '--pack-destination', folder], folder)
  const packed = (await readdir(folder)).filter((name) => name.endsWith('.tgz')).map((name) => join(folder, name))
  const app = join(folder, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), '{"name":"app","version":"1.0.0","type":"module"}')
  await npm(['install', ...packed, '--ignore-scripts'], app)
  return { tarball: packed.find((path) => /allstop-\d/.test(path)) ?? '', app }
}
