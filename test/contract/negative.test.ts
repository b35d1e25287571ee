/**
 * The contract bites: each valid request of the typed client, with one thing broken against the spec, is refused by
 * Prism. The mutations are made from the specs.
 */
import type { Fetch } from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mock, startPrism } from '../support/prism.js'
import { type Operation, operationsOf, type Parameter } from '../support/spec.js'
import { fixtures } from '../systems/index.js'

interface Sent {
  url: URL
  method: string
  headers: Record<string, string>
  body: string | undefined
}

interface Mutation {
  readonly what: string
  apply(request: Sent): void
}

describe.each(fixtures)('$kind', ({ kind, contract }) => {
  let prism: Mock
  beforeAll(async () => {
    prism = await startPrism(kind)
  })
  afterAll(() => prism.close())

  describe.each(operationsOf(kind))('$operationId', (operation) => {
    /** The valid request, caught where the typed client hands it to fetch. */
    async function valid(): Promise<Sent> {
      let sent: Sent | undefined
      const fetch: Fetch = async (url, { method = 'GET', headers, body }) => {
        sent = {
          url: new URL(url),
          method,
          headers: { ...(headers as Record<string, string>), accept: '*/*' },
          body: body as string,
        }
        return new Response(null, { status: 204 })
      }
      await contract[operation.operationId]?.client(prism.url, fetch)
      if (sent === undefined) throw new Error('nothing was sent')
      return sent
    }

    const send = ({ url, body, ...init }: Sent): Promise<Response> =>
      globalThis.fetch(url, { ...init, ...(body === undefined ? {} : { body }) })

    /** Prism says it in a header, or with a problem of its own where the spec has no fitting error. */
    const refused = async (response: Response): Promise<boolean> =>
      response.headers.has('sl-violations') || (await response.text()).includes('https://stoplight.io/prism/errors')

    test('the valid request is taken', async () => {
      expect(await refused(await send(await valid()))).toBe(false)
    })

    test.each(mutationsOf(operation))('refused: $what', async ({ apply }) => {
      const request = await valid()
      apply(request)
      expect(await refused(await send(request))).toBe(true)
    })
  })
})

function mutationsOf(operation: Operation): Mutation[] {
  const mutations = operation.parameters.flatMap((parameter) => parameterMutations(operation, parameter))
  const properties = Object.entries((operation.body?.['properties'] ?? {}) as Record<string, Record<string, unknown>>)
  const required = (operation.body?.['required'] ?? []) as string[]
  for (const name of required) mutations.push(bodyMutation(`body without ${name}`, (body) => delete body[name]))
  for (const [name, schema] of properties) {
    if (schema['enum'] !== undefined) {
      mutations.push(
        bodyMutation(`body ${name} not in the list`, (body) => Object.assign(body, { [name]: 'nonsense' })),
      )
    }
    mutations.push(bodyMutation(`body ${name} of another type`, (body) => Object.assign(body, { [name]: { a: 1 } })))
  }
  if (operation.body !== undefined) {
    mutations.push({
      what: 'no body',
      apply: (request) => {
        request.body = undefined
        delete request.headers['content-type']
      },
    })
  }
  if (!operation.open) {
    mutations.push({
      what: 'no credential',
      apply: ({ headers }) => {
        delete headers['authorization']
        delete headers['x-auth-token']
      },
    })
  }
  mutations.push({ what: 'another method', apply: (request) => Object.assign(request, { method: 'OPTIONS' }) })
  return mutations
}

function bodyMutation(what: string, change: (body: Record<string, unknown>) => unknown): Mutation {
  return {
    what,
    apply: (request) => {
      const body = JSON.parse(request.body ?? '{}') as Record<string, unknown>
      change(body)
      request.body = JSON.stringify(body)
    },
  }
}

function parameterMutations({ path }: Operation, { name, in: place, required, schema }: Parameter): Mutation[] {
  const set = (what: string, value: string): Mutation => ({
    what: `${place} ${name} ${what}`,
    apply: ({ url, headers }) => {
      if (place === 'query') url.searchParams.set(name, value)
      else if (place === 'header') headers[name.toLowerCase()] = value
      else {
        const at = path.split('/').indexOf(`{${name}}`)
        const segments = url.pathname.split('/')
        segments[at] = encodeURIComponent(value)
        url.pathname = segments.join('/')
      }
    },
  })
  const found: Mutation[] = []
  if (required && place === 'query') {
    found.push({ what: `without query ${name}`, apply: ({ url }) => url.searchParams.delete(name) })
  }
  if (schema['enum'] !== undefined) found.push(set('not in the list', 'nonsense'))
  if (schema['pattern'] !== undefined) found.push(set('against its pattern', '?#!'))
  if (schema['type'] === 'integer') found.push(set('not a number', 'many'))
  if (schema['type'] === 'boolean') found.push(set('neither true nor false', 'yes'))
  const { minimum, maximum, maxLength } = schema
  if (typeof minimum === 'number') found.push(set('under its limit', String(minimum - 1)))
  if (typeof maximum === 'number') found.push(set('over its limit', String(maximum + 1)))
  if (typeof maxLength === 'number') found.push(set('too long', 'a'.repeat(maxLength + 1)))
  return found
}
