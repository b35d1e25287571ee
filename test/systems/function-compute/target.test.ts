/** A target of one generation at a factory of the other is refused, and told what to do. */
import { functionCompute } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { errorOf } from '../../support/outcome.js'
import { ids } from '../../support/systems.js'

const sent: string[] = []
const fetch = async (url: string) => {
  sent.push(url)
  return new Response(null, { status: 418 })
}
const options = { baseUrl, fetch, retry: false } as const
const task = { functionName: 'f', invocationId: ids.task }

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await errorOf(work)
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  expect(sent).toEqual([])
  return error.message
}

test('a target of 3.0 at a factory of 2.0 is told the option', async () => {
  const message = await refusal(functionCompute(options).stop(task as never))
  expect(message).toContain(
    "target.serviceName: is missing; 2.0 needs it, and for 3.0 the factory needs apiVersion: '2023-03-30'",
  )
})

test('a service at 3.0 is told to belong to 2.0', async () => {
  const three = functionCompute({ ...options, apiVersion: '2023-03-30' })
  const two = { serviceName: 's', ...task }
  // @ts-expect-error also as a variable: a target of 2.0 is none of 3.0
  const message = await refusal(three.stop(two))
  expect(message).toContain("target.serviceName: is only for apiVersion '2021-04-06' (2.0); 3.0 has no services")
})
