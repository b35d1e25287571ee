/**
 * Writes a query. openapi-fetch's own way also takes what every object has, so that whatever is put on
 * `Object.prototype` would become a parameter: `ForceRemove=true`, say.
 */
export function ownQuery(query: object): string {
  return Object.entries(query)
    .flatMap(([name, value]) => parametersOf(name, value))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}

/** Lists are repeated, the fields of an object in brackets: OpenAPI's `form` and `deepObject`, both exploded. */
function parametersOf(name: string, value: unknown): (readonly [string, string])[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.map((item) => [name, String(item)])
  if (typeof value !== 'object') return [[name, String(value)]]
  return Object.entries(value).map(([key, field]) => [`${name}[${key}]`, String(field)])
}
