/** Where undici, also that of Node.js, keeps the dispatcher of all fetches. */
const globalDispatcher = Symbol.for('undici.globalDispatcher.1')

let seenFetch: unknown
let seenDispatcher: unknown
let verdict = false

/**
 * Whether the program has put something in the place of Node's own fetch, or of undici's global dispatcher: a double for
 * tests, an agent for proxies. Its requests then go through fetch, so that none gets past it.
 */
export function isIntercepted(): boolean {
  const { fetch } = globalThis
  const dispatcher: unknown = Reflect.get(globalThis, globalDispatcher)
  if (fetch !== seenFetch || dispatcher !== seenDispatcher) {
    seenFetch = fetch
    seenDispatcher = dispatcher
    verdict = !(isNodes(fetch) && isOrdinary(dispatcher))
  }
  return verdict
}

/** Node's own fetch loads the undici within Node.js. */
function isNodes(fetch: unknown): boolean {
  return fetch === undefined || Function.prototype.toString.call(fetch).includes('internal/deps/undici/undici')
}

/** The one that Node.js sets: an agent with no options. One that is composed of several has another `dispatch`. */
function isOrdinary(dispatcher: unknown): boolean {
  if (typeof dispatcher !== 'object' || dispatcher === null) return true
  const { constructor: made, dispatch } = dispatcher as { readonly dispatch?: unknown }
  if (made.name !== 'Agent' || dispatch !== made.prototype.dispatch) return false
  const options = Object.getOwnPropertySymbols(dispatcher)
    .filter(({ description }) => description === 'options')
    .flatMap((symbol) => Object.values(Reflect.get(dispatcher, symbol)))
  return options.every((value) => value === undefined || value === Number.POSITIVE_INFINITY)
}
