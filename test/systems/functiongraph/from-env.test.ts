/** Variables that may be set beside the keys. */
import { fromEnv } from 'allstop'
import { expect, test } from 'vitest'

const request = {
  method: 'POST',
  url: new URL('https://functiongraph.example/v2/p'),
  headers: {},
  body: '',
  signal: new AbortController().signal,
}

test('temporary keys bring their token along', async () => {
  const huawei = fromEnv.functionGraph({
    HUAWEICLOUD_SDK_AK: 'a',
    HUAWEICLOUD_SDK_SK: 'b',
    HUAWEICLOUD_SDK_SECURITY_TOKEN: 'st',
    HUAWEICLOUD_SDK_PROJECT_ID: 'p',
  })
  expect(await huawei.authorize(request)).toMatchObject({ 'x-security-token': 'st', 'x-project-id': 'p' })
})

test('an optional variable that is empty counts as not set', async () => {
  const keys = { HUAWEICLOUD_SDK_AK: 'ak', HUAWEICLOUD_SDK_SK: 'sk', HUAWEICLOUD_SDK_SECURITY_TOKEN: '' }
  const headers = await fromEnv.functionGraph(keys).authorize(request)
  expect(headers).not.toHaveProperty('x-security-token')
})
