/** `npm run bench` runs: every part of it prints a table in which no number is missing. How fast it is, no test asserts. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fixtures, variants } from '../systems/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('each part of the benchmark measures all systems', async () => {
  const few = ['--rounds', '1', '--seconds', '0.01', '--stops', '50']
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'bench', '--', ...few], { cwd: root })
  const rows = stdout.split('\n').filter((line) => / {2,}\d+(?:\.\d+)?$/.test(line))
  const titles = ['CPU per stop', 'Time of a stop', 'Memory', 'Fresh processes', 'Size in a bundle']
  expect(titles.filter((title) => !stdout.includes(title))).toEqual([])
  expect(stdout).not.toMatch(/NaN|undefined|Infinity/)
  // Many at once, and one after the other.
  for (const { name } of variants) {
    const unsigned = rows.filter((row) => row.startsWith(`  ${name} `) && row.includes(', unsigned '))
    expect(unsigned.length).toBeGreaterThan(1)
  }
  for (const { kind } of fixtures) {
    expect(rows.filter((row) => row.includes(`import allstop/${kind} `))).toHaveLength(1)
    expect(rows.filter((row) => row.includes(`a first stop, ${kind} `))).toHaveLength(1)
  }
}, 120_000)
