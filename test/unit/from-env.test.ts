/** Credentials from the environment: what is set is used, what is missing is named, and no value is ever shown. */
import { inspect } from 'node:util'
import { fromEnv, functionComputeUrl } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { variants } from '../systems/index.js'

const request = {
  method: 'PUT',
  url: new URL('https://1.cn-hangzhou.fc.aliyuncs.com/2023-03-30/functions/f/async-tasks/t/stop'),
  headers: {},
  body: '',
  signal: new AbortController().signal,
}

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

test('temporary keys bring their token along', async () => {
  const huawei = fromEnv.functionGraph({
    HUAWEICLOUD_SDK_AK: 'a',
    HUAWEICLOUD_SDK_SK: 'b',
    HUAWEICLOUD_SDK_SECURITY_TOKEN: 'st',
    HUAWEICLOUD_SDK_PROJECT_ID: 'p',
  })
  expect(await huawei.authorize(request)).toMatchObject({ 'x-security-token': 'st', 'x-project-id': 'p' })
  const alibaba = fromEnv.functionCompute({
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'a',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'b',
    ALIBABA_CLOUD_SECURITY_TOKEN: 'st',
  })
  expect(await alibaba.authorize(request)).toMatchObject({ 'x-acs-security-token': 'st' })
})

test('enterpriseScheduler takes OAuth 2 when its endpoint is set', () => {
  const env = { ESS_TOKEN_URL: 'https://idcs.example/oauth2/v1/token', ESS_CLIENT_ID: 'i', ESS_CLIENT_SECRET: 's' }
  expect(() => fromEnv.enterpriseScheduler(env)).toThrow('ESS_SCOPE')
  expect(fromEnv.enterpriseScheduler({ ...env, ESS_SCOPE: 'urn:x' }).scheme).toBe('oauth2')
})

test('the base URL of Function Compute', () => {
  expect(functionComputeUrl({ accountId: '188077086902', region: 'cn-hangzhou' })).toBe(
    'https://188077086902.cn-hangzhou.fc.aliyuncs.com',
  )
  expect(functionComputeUrl({ accountId: '1', region: 'eu-west-1', internal: true })).toBe(
    'https://1.eu-west-1-internal.fc.aliyuncs.com',
  )
  expect(() => functionComputeUrl({ accountId: 'evil.example/', region: 'x' })).toThrow('accountId')
  expect(() => functionComputeUrl({ accountId: '1', region: 'x.evil.example' })).toThrow('region')
})

test('an optional variable that is empty counts as not set', async () => {
  const keys = { HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'sk', HUAWEICLOUD_SDK_SECURITY_TOKEN: '' }
  const headers = await fromEnv.functionGraph(keys).authorize(request)
  expect(headers).not.toHaveProperty('x-security-token')
})
