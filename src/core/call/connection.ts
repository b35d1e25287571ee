import { fieldsOf } from '../check/check.js'
import { ownFields } from '../check/fields.js'
import { checkHeaders } from '../check/headers.js'
import { pathSerializer } from '../check/path.js'
import { ownQuery } from '../check/query-string.js'
import type { Place } from '../http/place.js'
import { secretHeaders } from '../http/redact.js'
import { publish } from '../watch/events.js'
import { type Caller, guarded, type Identity } from '../words/identity.js'
import type { Entry } from '../words/trace.js'
import { checkSystemOptions, type Settings, systemOptionNames, type TimeDefaults } from './options.js'
import { exchange } from './transport.js'

/** The address and credential of a typed client, and the system that it belongs to. */
export interface Connection {
  readonly identity: Identity
  readonly settings: Settings
}

/** The options of openapi-fetch's createClient. */
export interface ClientOptions {
  readonly baseUrl: string
  readonly fetch: (request: Request) => Promise<Response>
  readonly pathSerializer: (template: string, params: Record<string, unknown>) => string
  readonly querySerializer: (query: object) => string
}

/**
 * The options of a typed client. Its requests are signed, limited and checked like those of the facade, also when a user
 * calls it directly. `unescaped`: the characters that the system requires unescaped in a path.
 */
export function clientOptions({ identity, settings }: Connection, unescaped?: string): ClientOptions {
  const send = directly({ settings })
  return {
    baseUrl: settings.baseUrl.href,
    pathSerializer: pathSerializer(unescaped),
    querySerializer: ownQuery,
    fetch: send.bind(undefined, { ...identity, called: 'client' }, undefined),
  }
}

/**
 * Sends a request that is not from the facade. It is signed, limited and checked in the same way, and never retried.
 * `entered` is called with the progress of the request.
 */
type SendDirectly = (
  caller: Caller,
  entered: ((place: Place) => void) | undefined,
  request: Request,
) => Promise<Response>

export function directly({ settings }: Pick<Connection, 'settings'>): SendDirectly {
  return async (caller, entered, request) => {
    const operation = `${request.method} ${new URL(request.url).pathname}`
    // Middleware may have added some.
    checkHeaders(request.headers, 'headers')
    const { status, headers, body } = await exchange(request, settings, {
      caller,
      entered,
      operation,
      changes: request.method !== 'GET',
      attempts: 1,
      nth: 1,
      timeoutMs: Math.min(settings.attemptTimeoutMs, settings.timeoutMs),
      signal: undefined,
      fetch: settings.fetch,
    })
    return new Response(body?.json ?? null, { status, headers: Object.fromEntries(headers) })
  }
}

/** The rules of a factory, in addition to the options that all systems share. */
export interface FactoryRules {
  /** The credentials that the system understands. */
  readonly schemes: readonly string[]
  /** The names of the factory's own options. @default none */
  readonly ownOptions?: readonly string[]
  /** The system refuses requests without a credential. @default false */
  readonly needsCredential?: boolean
  /** The default time-outs, if they differ from the usual ones. */
  readonly timeDefaults?: (fields: Readonly<Record<string, unknown>>) => TimeDefaults
}

/** Runs a factory. It checks the options, and turns every refusal into a StopError of the operation `configure`. */
export function configure<S>(
  factory: Entry,
  kind: string,
  options: unknown,
  given: FactoryRules,
  make: (settings: Settings, fields: Readonly<Record<string, unknown>>) => S,
): S {
  return guarded({ system: kind, kind, called: 'configure' }, factory, () => {
    const rules = ownFields(given)
    const fields = fieldsOf(options, 'options', [...systemOptionNames, ...(rules.ownOptions ?? [])])
    const settings = checkSystemOptions(fields, rules.schemes, rules.timeDefaults?.(fields))
    const made = make(settings, fields)
    if (rules.needsCredential === true && settings.credential === undefined) warnOfNone(kind, settings, fields)
    return made
  })
}

/** Warns about a missing credential when the factory is called, because the first stop may be much later. */
function warnOfNone(kind: string, { log, headers }: Settings, fields: Readonly<Record<string, unknown>>): void {
  publish('allstop:warning', log, () => {
    const mayProve = fields['fetch'] !== undefined || Object.keys(secretHeaders(headers)).length > 0
    const unless = mayProve ? '; ignore this if your own fetch or headers add one' : ''
    const message = `no auth was given, and the system refuses requests without a credential${unless}`
    return { system: kind, kind, code: 'no-credential', message }
  })
}
