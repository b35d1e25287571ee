/** The parts of a request are those of its operation in the spec; a wrong one is a compile error. */
import { expectTypeOf, test } from 'vitest'
import type { Call } from '../../src/core/call/call.js'
import { operations } from '../../src/systems/restate/operations.js'
import { operations as fabric } from '../../src/systems/service-fabric/operations.js'

const path = { invocation_id: 'i' }

// Never called: only the compiler reads it.
const wrongParts = async (call: Call): Promise<void> => {
  await call.send(operations.killInvocation, { path })
  await call.send(operations.killByDelete, { path, query: { mode: 'Kill' } })
  await call.send(operations.killByDelete, () => ({ path }))
  // @ts-expect-error the path is missing
  await call.send(operations.killInvocation, {})
  // @ts-expect-error another name
  await call.send(operations.killInvocation, { path: { invocationId: 'i' } })
  // @ts-expect-error the operation has no such query
  await call.send(operations.killInvocation, { path, query: { mode: 'Kill' } })
  // @ts-expect-error not one of the modes
  await call.send(operations.killByDelete, { path, query: { mode: 'Slow' } })
  // @ts-expect-error a query needs its body
  await call.send(operations.query, {})
  // @ts-expect-error the spec requires the version of the API
  await call.send(fabric.deleteApplication, { path: { applicationId: 'a' }, query: {} })
}

test('an operation carries the parts of its requests', () => {
  expectTypeOf(wrongParts).parameter(0).toEqualTypeOf<Call>()
  expectTypeOf(operations.killInvocation.parts).exclude(undefined).toHaveProperty('path')
  expectTypeOf(operations.query.parts).exclude(undefined).toHaveProperty('body')
})
