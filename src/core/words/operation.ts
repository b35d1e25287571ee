/** What an operation is: its name in the spec, its route, and what decides whether it may be sent again. */
export interface Operation {
  /** The operationId of the spec. */
  readonly id: string
  /** The method and the path template of the spec. */
  readonly method: string
  readonly path: string
  /**
   * The effect of the operation, which decides when it may be sent again:
   * - `none`: it only reads.
   * - `repeatable`: it changes something, and a repeat is harmless.
   * - `harmful`: a repeat can do harm. It is sent again only if the first try did not arrive.
   */
  readonly effect: 'none' | 'repeatable' | 'harmful'
  /** The statuses of temporary failures: a gateway or system that is overloaded, restarting or too slow. */
  readonly passing: readonly number[]
  /** The media type to ask for, if the system answers in another one by itself. */
  readonly accept: string | undefined
}

/** What a request of an operation is made of. Absent parts are not sent. */
export interface RequestParts {
  readonly path?: unknown
  readonly query?: unknown
  readonly header?: unknown
  readonly body?: unknown
}

/** An operation whose requests have the parts `R`. */
export interface RequestOf<R> extends Operation {
  /** Only a type; it has no value. */
  readonly parts?: R
}

/** The parts of a request of an operation of the spec, from the types that openapi-typescript generates. */
type PartsOf<O> = (O extends { parameters: infer P } ? Pick<P, keyof P & keyof RequestParts> : unknown) &
  (O extends { requestBody: { content: { 'application/json': infer B } } } ? { readonly body: B } : unknown)

/**
 * The operations that a facade uses. `S`: the generated operations of the spec. `N`: their ids, or a type that maps the
 * facade's own names to ids, where one operation is used for several purposes.
 */
export type Operations<S, N> = [N] extends [keyof S]
  ? { readonly [I in N]: RequestOf<PartsOf<S[I]>> }
  : { readonly [I in keyof N]: RequestOf<PartsOf<S[N[I] & keyof S]>> }

/** 429 is not in this list. A throttled request was not executed, so it may be retried for every operation. */
const usuallyPassing: readonly number[] = [408, 502, 503, 504]

/**
 * Declares an operation: its operationId, its effect, its method and path template. `passing` replaces the usual statuses
 * of temporary failures (408, 502, 503, 504), if the system's documentation says so. A test compares id and route with the
 * spec.
 */
export function operation(
  id: string,
  effect: Operation['effect'],
  route: `${'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'} /${string}`,
  { passing = usuallyPassing, accept }: Partial<Pick<Operation, 'passing' | 'accept'>> = {},
): Operation {
  const [method = '', path = ''] = route.split(' ')
  return { id, method, path, effect, passing, accept }
}

/** Whether a repeat is harmless. */
export function isRepeatable({ effect }: Operation): boolean {
  return effect === 'repeatable'
}
