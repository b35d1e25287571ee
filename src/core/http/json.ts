// A JSON string, or a whole number with its fraction and exponent: no part of one may be taken for an integer. The
// closing quote may be missing: an expression that insists on it tries anew at each quote inside, which is quadratic.
const stringOrNumber = /"[^"\\]*(?:\\.?[^"\\]*)*"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs

/**
 * Puts integers that a double cannot hold between quotes, so that JSON.parse keeps every digit of them: an id of
 * 9007199254740993 would otherwise be read as ...992, which is another id. Node 20 gives a reviver no source text.
 */
export function quoteLongIntegers(json: string): string {
  if (!/\d{16}/.test(json)) return json
  return json.replace(stringOrNumber, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  )
}

/** The deepest nesting that is read. Real answers have five levels; thousands overflow the stack of JSON.stringify. */
const deepest = 64

/** A text that is one JSON value, its long integers as text; undefined when it is none, or nested beyond reason. */
export function parseJson(text: string): { readonly value: unknown; readonly json: string } | undefined {
  const json = quoteLongIntegers(text)
  try {
    const value: unknown = JSON.parse(json)
    return isDeeper(json, deepest) ? undefined : { value, json }
  } catch {
    return undefined
  }
}

/** Whether valid JSON is nested deeper than `levels`. */
function isDeeper(json: string, levels: number): boolean {
  // Nesting so deep has as many openings.
  if ((json.match(/[[{]/g)?.length ?? 0) <= levels) return false
  let depth = 0
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[{\]}]/gs)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > levels) return true
  }
  return false
}

/** A field of a foreign body as text: strings as they are, numbers in digits, everything else undefined. */
export function textField(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  const value = (body as Record<string, unknown>)[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * The system's own code and message in the body of a failed answer: the first of the named fields that is there. A body
 * that is a text is itself the message.
 */
export function providerWords(
  body: unknown,
  { code, message }: { readonly code: readonly string[]; readonly message: readonly string[] },
): { readonly providerCode: string | undefined; readonly providerMessage: string | undefined } {
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => textField(body, name)).find((text) => text !== undefined)
  return { providerCode: first(code), providerMessage: first(message) ?? (typeof body === 'string' ? body : undefined) }
}
