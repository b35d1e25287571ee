/** A credential that is refused when it is made, by the name of the field and without its value. */
import { type Credential, isStopError } from 'allstop'
import { expect } from 'vitest'

export function expectRefusedAtOnce(field: string, make: () => Credential): void {
  let error: unknown
  try {
    make()
  } catch (thrown) {
    error = thrown
  }
  if (!isStopError(error)) throw new Error('no error')
  expect(error).toMatchObject({ code: 'invalid_argument' })
  expect(error.message).toContain(`${field}:`)
  expect(String(error.stack)).not.toContain('canary-secret')
}
