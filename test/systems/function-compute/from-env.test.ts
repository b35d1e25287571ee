/** What the environment gives beside the keys, and the base URL of an account. */
import { fromEnv, functionComputeUrl } from 'allstop'
import { expect, test } from 'vitest'

const request = {
  method: 'PUT',
  url: new URL('https://1.cn-hangzhou.fc.aliyuncs.com/2023-03-30/functions/f/async-tasks/t/stop'),
  headers: {},
  body: '',
  signal: new AbortController().signal,
}

test('temporary keys bring their token along', async () => {
  const alibaba = fromEnv.functionCompute({
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'a',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'b',
    ALIBABA_CLOUD_SECURITY_TOKEN: 'st',
  })
  expect(await alibaba.authorize(request)).toMatchObject({ 'x-acs-security-token': 'st' })
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
