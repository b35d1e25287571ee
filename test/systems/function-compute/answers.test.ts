/** Answers of Function Compute that seem to say more than they do. */
import { type Fetch, functionCompute } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { errorOf } from '../../support/outcome.js'
import { ids } from '../../support/systems.js'

const at = { baseUrl, retry: false } as const
const task = { serviceName: 's', functionName: 'f', invocationId: ids.task }

const giving =
  (body: unknown): Fetch =>
  async () =>
    Response.json(body)

test.each([{ serviceName: 'other' }, { functionName: 'other' }, { functionName: ['f'] }])(
  'a task of the same id, but %j, is another',
  async (other) => {
    const record = { invocationId: ids.task, status: 'Stopped', serviceName: 's', functionName: 'f' }
    const read = (fetch: Fetch) => functionCompute({ ...at, fetch }).read(task)
    expect(await read(giving(record))).toMatchObject({ phase: 'stopped' })
    expect(await errorOf(read(giving({ ...record, ...other })))).toMatchObject({ code: 'protocol' })
  },
)

test("nor is a task of another function's ARN", async () => {
  const arn = (name: string) => `acs:fc:cn-hangzhou:1880:functions/${name}/LATEST`
  const read = (functionArn: string) =>
    functionCompute({
      ...at,
      apiVersion: '2023-03-30',
      fetch: giving({ taskId: ids.task, status: 'Stopped', functionArn }),
    }).read({ functionName: 'f', invocationId: ids.task })
  expect(await read(arn('f'))).toMatchObject({ phase: 'stopped' })
  expect(await read('something else')).toMatchObject({ phase: 'stopped' })
  expect(await errorOf(read(arn('other')))).toMatchObject({ code: 'protocol' })
})
