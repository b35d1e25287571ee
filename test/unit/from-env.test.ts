/** Credentials from the environment: what is set is used, what is missing is named, and no value is ever shown. */
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { variants } from '../systems/index.js'

const cases = variants.flatMap(({ environment, ...one }) =>
  environment === undefined ? [] : [{ ...one, environment }],
)

describe.each(cases)('$name', ({ environment, make, target }) => {
  const { from, variables: env, authorization } = environment

  test('uses what is set', async () => {
    const credential = from({ ...env })
    await using server = await startRecorder()
    await make({ baseUrl: server.url, auth: credential }).read(target)
    expect(server.requests[0]?.headers['authorization']).toMatch(authorization)
    expect(inspect(credential, { depth: 10, showHidden: true })).not.toContain('canary')
  })

  test.each(Object.keys(env))('names %s when it is missing', (missing) => {
    const { [missing]: _value, ...rest } = env
    expect(() => from(rest)).toThrow(`${missing}: is not set in the environment`)
    expect(() => from({ ...rest, [missing]: '' })).toThrow(missing)
  })
})
