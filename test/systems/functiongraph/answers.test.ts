/** Answers of FunctionGraph that seem to say more than they do. */
import { functionGraph } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { ids } from '../../support/systems.js'

const graph = { functionUrn: ids.urn, requestId: ids.uuid }

test('a request with several records goes on while one of them does', async () => {
  const record = (status: string) => ({ request_id: ids.uuid, status, error_code: 4208 })
  const read = (...all: string[]) =>
    functionGraph({ baseUrl, fetch: async () => Response.json({ invocations: all.map(record) }) }).read(graph)
  expect(await read('FAIL', 'RUNNING')).toMatchObject({ phase: 'running' })
  expect(await read('FAIL', 'FAIL')).toMatchObject({ phase: 'stopped' })
})
