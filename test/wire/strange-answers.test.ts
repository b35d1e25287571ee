/**
 * Answers that have not the form of the API, in every field that is read; records of something else than was asked for;
 * successes that the API does not have. None may become a phase, an end or a receipt that the system did not give.
 */
import {
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  functionGraph,
  isStopError,
  restate,
  type StopError,
  serviceFabric,
} from 'allstop'
import { describe, expect, test } from 'vitest'
import { ids } from '../support/systems.js'

const at = { baseUrl: 'http://127.0.0.1:9', retry: false } as const
const graph = { functionUrn: ids.urn, requestId: ids.uuid }
const task = { functionName: 'f', invocationId: ids.task }

interface Kind {
  /** The facade, over a fetch. */
  readonly system: (fetch: Fetch) => {
    read: () => Promise<unknown>
    stop: () => Promise<unknown>
    wait: () => Promise<unknown>
  }
  /** A record as the system gives it, the field with its id, and the fields that are read. */
  readonly record: Readonly<Record<string, unknown>>
  readonly id: string
  readonly fields: readonly string[]
  /** What stands around a record. */
  readonly wrap: (record: unknown) => unknown
}

const wait = { deadlineMs: 40, poll: { minDelayMs: 5, maxDelayMs: 5 } }

const kinds: Readonly<Record<string, Kind>> = {
  restate: {
    system: (fetch) => {
      const system = restate({ ...at, fetch, api: 'patch' })
      const target = { invocationId: ids.restate }
      return {
        read: () => system.read(target),
        stop: () => system.stop(target),
        wait: () => system.waitUntilEnded(target, wait),
      }
    },
    record: { id: ids.restate, status: 'completed', completion_result: 'failure', completion_failure: '[409] killed' },
    id: 'id',
    fields: ['status', 'completion_result', 'completion_failure', 'completed_at', 'created_at'],
    wrap: (record) => ({ rows: [record] }),
  },
  functiongraph: {
    system: (fetch) => {
      const system = functionGraph({ ...at, fetch })
      return {
        read: () => system.read(graph),
        stop: () => system.stop(graph),
        wait: () => system.waitUntilEnded(graph, wait),
      }
    },
    record: { request_id: ids.uuid, status: 'FAIL', error_code: 4208 },
    id: 'request_id',
    fields: ['status', 'error_code', 'start_time', 'end_time'],
    wrap: (record) => ({ invocations: [record] }),
  },
  'function-compute': {
    system: (fetch) => {
      const system = functionCompute({ ...at, fetch, apiVersion: '2023-03-30' })
      return {
        read: () => system.read(task),
        stop: () => system.stop(task),
        wait: () => system.waitUntilEnded(task, wait),
      }
    },
    record: { taskId: ids.task, status: 'Stopped', startedTime: 1, endTime: 2 },
    id: 'taskId',
    fields: ['status', 'startedTime', 'endTime'],
    wrap: (record) => record,
  },
  'enterprise-scheduler': {
    system: (fetch) => {
      const system = enterpriseScheduler({ ...at, fetch })
      return {
        read: () => system.read({ requestId: 42 }),
        stop: () => system.stop({ requestId: 42 }),
        wait: () => system.waitUntilEnded({ requestId: 42 }, wait),
      }
    },
    record: { requestId: 42, state: 'CANCELLED', cause: 'OPERATOR_CANCEL', isForceCancelAllowed: false },
    id: 'requestId',
    fields: ['state', 'cause', 'isForceCancelAllowed', 'completedTime'],
    wrap: (record) => record,
  },
  'service-fabric': {
    system: (fetch) => {
      const system = serviceFabric({ ...at, fetch })
      const target = { applicationId: 'a' }
      return {
        read: () => system.read(target),
        stop: () => system.stop(target),
        wait: () => system.waitUntilEnded(target, wait),
      }
    },
    record: { Id: 'a', Status: 'Ready', HealthState: 'Ok' },
    id: 'Id',
    fields: ['Status', 'HealthState'],
    wrap: (record) => record,
  },
}

const giving =
  (body: unknown, status = 200): Fetch =>
  async () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })

const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((thrown: unknown) => thrown)

async function errorOf(work: Promise<unknown>): Promise<StopError> {
  const error = await outcomeOf(work)
  if (!isStopError(error)) throw new Error(`no StopError: ${JSON.stringify(error)}`)
  return error
}

describe.each(Object.entries(kinds))('%s', (name, { system, record, id, fields, wrap }) => {
  const read = (body: unknown) => system(giving(body)).read()
  const field = fields[0] ?? ''

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'the word %s is no phase',
    async (word) => {
      expect(await read(wrap({ ...record, [field]: word }))).toMatchObject({
        phase: 'unknown',
        ended: false,
        native: word,
      })
    },
  )

  test.each(fields)('%s of another type is protocol', async (one) => {
    const strange = typeof record[one] === 'boolean' ? ['yes', 1, [true], {}] : [[record[one] ?? 'x'], { a: 1 }, true]
    for (const value of strange) {
      expect(await errorOf(read(wrap({ ...record, [one]: value })))).toMatchObject({
        code: 'protocol',
        ambiguous: false,
      })
    }
  })

  test.each([
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['a number', 5],
  ])('%s in the place of a record is protocol, and a wait goes on', async (_, value) => {
    if (wrap(value) !== value) {
      expect(await errorOf(read(wrap(value)))).toMatchObject({ code: 'protocol' })
      const waited = errorOf(system(giving(wrap(value))).wait())
      expect(await waited).toMatchObject({ code: 'deadline_exceeded' })
    }
    expect(await errorOf(read(JSON.stringify(value)))).toMatchObject({ code: 'protocol' })
  })

  test('a record of something else is not used, nor one without an id', async () => {
    for (const foreign of [
      { ...record, [id]: `${record[id]}0` },
      { ...record, [id]: undefined },
      { ...record, [id]: [record[id]] },
    ]) {
      const result = await outcomeOf(read(wrap(foreign)))
      // FunctionGraph gives a list, in which the record is then missing.
      if (name === 'functiongraph' && !isStopError(result))
        expect(result).toMatchObject({ phase: 'unknown', ended: false })
      else expect(result).toMatchObject({ name: 'StopError', code: 'protocol' })
    }
  })

  test('words are bounded, on one line, and steer no terminal', async () => {
    const word = `\u001b[31mRED\u001b[0m\r\n\u0007${'x'.repeat(5_000)}`
    const status = (await read(wrap({ ...record, [field]: word }))) as { native: string }
    expect(status.native).toMatch(/^RED x+…$/)
    expect(status.native.length).toBe(201)
  })

  test('an answer that is nested without end is protocol, at a stop ambiguous', async () => {
    for (const deep of ['['.repeat(6_000) + ']'.repeat(6_000), `{"a":${'['.repeat(99)}${']'.repeat(99)}}`]) {
      expect(await errorOf(read(deep))).toMatchObject({ code: 'protocol', httpStatus: 200, ambiguous: false })
      expect(await errorOf(system(giving(deep)).stop())).toMatchObject({
        code: 'protocol',
        httpStatus: 200,
        ambiguous: true,
      })
      const refused = await errorOf(system(giving(deep, 409)).stop())
      expect(refused).toMatchObject({ httpStatus: 409 })
      expect(() => JSON.stringify(refused)).not.toThrow()
    }
  })

  test.each([
    ['that gives nothing', async () => undefined],
    ['that gives an object', async () => ({ status: 200 })],
    [
      'whose status throws',
      async () => ({
        get status() {
          throw new Error('trap')
        },
      }),
    ],
    ['whose status is no whole number', async () => ({ status: 200.5, headers: new Headers(), body: null })],
    [
      'whose headers throw',
      async () => ({
        status: 200,
        headers: {
          get() {},
          forEach() {
            throw new Error('trap')
          },
        },
        body: null,
      }),
    ],
  ])('a fetch %s: nobody knows what the system did', async (_, fetch) => {
    const error = await errorOf(system(fetch as unknown as Fetch).stop())
    expect(error).toMatchObject({ ambiguous: true, attempts: 1 })
    expect(['protocol', 'unknown']).toContain(error.code)
  })

  test('a server that answers 204 to everything has not stopped anything, and has no record', async () => {
    const nothing: Fetch = async () => new Response(null, { status: 204 })
    const waited = await errorOf(system(nothing).wait())
    expect(['not_found', 'deadline_exceeded']).toContain(waited.code)
    const stopped = await outcomeOf(system(nothing).stop())
    if (isStopError(stopped)) expect(stopped).toMatchObject({ code: 'protocol', ambiguous: true })
    else expect(stopped).toMatchObject({ outcome: 'accepted', phase: 'unknown' })
  })

  test('an error of the system at a success is no success', async () => {
    const words = {
      message: 'no',
      restate_code: 'RT1',
      error_code: 'FSS.0500',
      error_msg: 'no',
      Code: 'X',
      title: 'no',
    }
    const body = { ...words, Error: { Code: 'E_FAIL', Message: 'no' } }
    for (const status of [200, 202]) {
      expect(await errorOf(system(giving(body, status)).stop())).toMatchObject({ code: 'protocol', ambiguous: true })
    }
  })
})
