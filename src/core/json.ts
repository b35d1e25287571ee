// A JSON string, or a whole number with its fraction and exponent: no part of one may be taken for an integer.
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Puts integers that a double cannot hold between quotes, so that JSON.parse keeps every digit of them: an id of
 * 9007199254740993 would otherwise be read as ...992, which is somebody else's. Node 20 gives a reviver no source text.
 */
export function quoteLongIntegers(json: string): string {
  return json.replace(stringOrNumber, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  )
}

/** Whether a text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A field of a foreign body as text: strings as they are, numbers in digits, everything else undefined. */
export function textField(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  const value = (body as Record<string, unknown>)[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
