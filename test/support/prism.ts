/** Prism mock servers in this process: one a spec, each on a port of its own, and always ended. */
import { createRequire } from 'node:module'
import type * as Core from '@stoplight/prism-core'
import type * as Http from '@stoplight/prism-http'
import type * as Server from '@stoplight/prism-http-server'
import type { Kind } from '../systems/kind.js'
import { specPath } from './spec.js'

// Prism is CommonJS whose exports Node's ESM loader cannot list.
const require = createRequire(import.meta.url)
const { createLogger } = require('@stoplight/prism-core') as typeof Core
const { getHttpOperationsFromSpec } = require('@stoplight/prism-http') as typeof Http
const { createServer } = require('@stoplight/prism-http-server') as typeof Server

export interface Mock extends AsyncDisposable {
  readonly url: string
  close(): Promise<void>
}

/** Serves a spec. With `upstream`, Prism checks a real server's answers against the spec and passes them on. */
export async function startPrism(name: Kind, upstream?: string): Promise<Mock> {
  const operations = await getHttpOperationsFromSpec(specPath(name))
  const common = {
    checkSecurity: true,
    validateRequest: upstream === undefined,
    validateResponse: true,
    errors: false,
    upstreamProxy: undefined,
    mock: { dynamic: false },
  }
  const config =
    upstream === undefined
      ? { ...common, isProxy: false as const }
      : { ...common, isProxy: true as const, upstream: new URL(upstream) }
  const server = createServer(operations, {
    cors: false,
    config,
    components: { logger: createLogger('prism', { level: 'silent' }) },
  })
  const url = await server.listen(0, '127.0.0.1')
  const close = () => server.close()
  return { url, close, [Symbol.asyncDispose]: close }
}

/**
 * Fails when an answer is not the mock's own but Prism's complaint. A request that breaks the spec is otherwise answered
 * with the spec's own 400, and looks like the 400 that was asked for.
 */
export async function assertNoViolation(response: Response): Promise<void> {
  const violations = response.headers.get('sl-violations')
  if (violations !== null) throw new Error(`Prism: the spec is violated: ${violations}`)
  const body = await response.clone().text()
  if (body.includes('https://stoplight.io/prism/errors')) throw new Error(`Prism: ${body}`)
}
