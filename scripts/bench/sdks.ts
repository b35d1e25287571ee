/** The same stops by the SDKs of the vendors, with temporary keys. They are installed for the time of the benchmark. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ids } from '../../test/support/systems.js'
import { keep } from '../demo-support.js'
import { another, type Contender } from './contender.js'

const versions = {
  '@alicloud/fc20230330': '4.7.6',
  '@alicloud/openapi-core': '1.0.8',
  '@huaweicloud/huaweicloud-sdk-core': '3.1.211',
  '@huaweicloud/huaweicloud-sdk-functiongraph': '3.1.211',
  // The core of Huawei's needs it and does not say so.
  uuid: '9.0.1',
}

/** The classes of a package, as far as they are used here. */
// biome-ignore lint/suspicious/noExplicitAny: the types of a package that is not there while this is compiled
type Classes = Readonly<Record<string, any>>

export async function sdkStops(baseUrl: string): Promise<Contender[]> {
  const folder = await mkdtemp(join(tmpdir(), 'allstop-sdks-'))
  keep({ close: () => rm(folder, { recursive: true, force: true }) })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }))
  console.log("Installing the vendors' SDKs ...")
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: folder,
  })
  const load = createRequire(join(folder, 'package.json')) as (name: string) => Classes
  return [alibaba(load, baseUrl), huawei(load, baseUrl)]
}

function alibaba(load: (name: string) => Classes, baseUrl: string): Contender {
  const { default: Client, StopAsyncTaskRequest } = load('@alicloud/fc20230330')
  const { $OpenApiUtil } = load('@alicloud/openapi-core')
  const keys = { accessKeyId: 'AK', accessKeySecret: 'secret-0123456789', securityToken: 'st-secret-0123456789' }
  const client = new Client(new $OpenApiUtil.Config({ ...keys, endpoint: new URL(baseUrl).host, protocol: 'http' }))
  return {
    name: '@alicloud/fc20230330',
    requests: 1,
    act: () => client.stopAsyncTask('demo-function', another(ids.task), new StopAsyncTaskRequest({})),
  }
}

function huawei(load: (name: string) => Classes, baseUrl: string): Contender {
  const { BasicCredentials } = load('@huaweicloud/huaweicloud-sdk-core')
  const { FunctionGraphClient, CancelAsyncInvocationRequest, CancelAsyncInvocationRequestBody } = load(
    '@huaweicloud/huaweicloud-sdk-functiongraph/v2/public-api',
  )
  const credential = new BasicCredentials()
    .withAk('AK')
    .withSk('secret-0123456789')
    .withSecurityToken('st-secret-0123456789')
    .withProjectId(ids.urn.split(':')[3])
  const client = FunctionGraphClient.newBuilder().withCredential(credential).withEndpoint(baseUrl).build()
  return {
    name: '@huaweicloud/huaweicloud-sdk-functiongraph',
    requests: 1,
    act: () => {
      const body = new CancelAsyncInvocationRequestBody().withRequestId(another(ids.uuid)).withType('force')
      return client.cancelAsyncInvocation(new CancelAsyncInvocationRequest(ids.urn).withBody(body))
    },
  }
}
