/** What the fixtures say of their systems is so: the suites that go over them rely on it. */
import { readdirSync, readFileSync } from 'node:fs'
import { type Events, isStopError, onEvent } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { fixtures, variants } from './index.js'

const kinds = fixtures.map(({ kind }) => kind).toSorted()
const names = (folder: string) => readdirSync(new URL(`../../${folder}`, import.meta.url))

test('there is one for each spec and each folder of src/systems', () => {
  const specs = names('specs').filter((name) => name.endsWith('.yaml') && name !== 'redocly.yaml')
  expect(specs.map((name) => name.replace('.yaml', '')).toSorted()).toEqual(kinds)
  expect(names('src/systems').toSorted()).toEqual(kinds)
})

test('there is one for each entry of the package', () => {
  const text = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
  const { exports } = JSON.parse(text('package.json')) as { exports: object }
  const entries = Object.keys(exports).filter((name) => !['.', './specs/*', './package.json'].includes(name))
  expect(entries.map((name) => name.replace('./', '')).toSorted()).toEqual(kinds)
})

describe.each(fixtures)('$kind', ({ kind, contract, acts, credentials, environment, modes, variants: all }) => {
  test('has an act for every operation that its functions send, and for no other', () => {
    const sent = Object.entries(contract).flatMap(([operationId, { facade }]) =>
      facade === undefined ? [] : operationId,
    )
    expect([...new Set(acts.map(({ operationId }) => operationId))].toSorted()).toEqual(sent.toSorted())
  })

  test('leaves nothing empty', () => {
    expect([Object.keys(credentials), modes].map((list) => list.length > 0)).toEqual([true, true])
    for (const { fields, record } of all) expect([...Object.keys(fields), ...record.fields].length).toBeGreaterThan(1)
  })

  test('has a credential from the environment if its entry has', async () => {
    const entry: object = await import(`../../src/systems/${kind}/index.ts`)
    expect('fromEnv' in entry).toBe(environment !== undefined)
  })
})

const baseUrl = 'http://127.0.0.1:9'
const secret = 'secret-0123456789'

describe.each(variants)('$name', ({ kind, make, modes, needsCredential, credential, credentials, target, record }) => {
  test('is of its kind, and has its modes', () => {
    expect(make({ baseUrl })).toMatchObject({ kind, capabilities: { modes, defaultMode: modes[0] } })
  })

  test('takes each of its credentials, and misses one if it needs one', () => {
    const told: Events['allstop:warning'][] = []
    const end = onEvent('allstop:warning', (event) => told.push(event))
    for (const auth of [credential(secret), ...Object.values(credentials).map((one) => one(secret, baseUrl))]) {
      make({ baseUrl, auth })
    }
    expect(told).toEqual([])
    make({ baseUrl })
    end()
    expect(told).toHaveLength(needsCredential ? 1 : 0)
  })

  test('sends the secret of its plain credential itself', async () => {
    await using server = await startRecorder()
    await make({ baseUrl: server.url, auth: credential(secret) }).read(target)
    const { authorization = '', 'x-auth-token': token = '' } = server.requests[0]?.headers ?? {}
    const basic = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    expect(`${authorization} ${token} ${basic}`).toContain(secret)
  })

  test('takes its record for that of the target, and not if the id is another', async () => {
    const read = (body: object) =>
      make({ baseUrl, retry: false, fetch: async () => Response.json(record.wrap(body)) }).read(target)
    const status = await read(record.body)
    expect(status.native).toContain(record.body[record.fields[0] ?? ''])
    const other = await read({ ...record.body, [record.id]: 'other' }).catch((thrown: unknown) => thrown)
    if (!isStopError(other)) expect(other).toMatchObject({ phase: 'unknown' })
  })
})
