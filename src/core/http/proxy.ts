import type { UndiciConnectMethod, UndiciDispatcher } from './undici.js'

/** The proxy could not be reached, or did not let the connection through: the system was not asked. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure'

  /** `status`: what the proxy answered, if it did. */
  constructor(
    cause: unknown,
    readonly status?: number,
    /** Which proxy, in words. */
    readonly which: string = 'the proxy of HTTPS_PROXY or HTTP_PROXY',
  ) {
    super('the proxy did not connect', { cause })
  }
}

/**
 * Asks a proxy for a tunnel, for undici's agents of proxies. Every failure of it is the proxy's. (Without this undici would
 * ask again and again while a proxy closes the connection, and would have the status of a refusal only in a message.)
 */
export function askingForTunnels(connect: UndiciConnectMethod): UndiciConnectMethod {
  return async function tunnel(this: UndiciDispatcher, request) {
    const answer = await connect.call(this, request).catch((thrown: unknown) => {
      throw new ProxyFailure(thrown)
    })
    const { socket, statusCode } = answer
    if (statusCode === 200) return answer
    socket.destroy()
    throw new ProxyFailure(undefined, statusCode)
  }
}
