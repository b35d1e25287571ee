import { refuse } from '../words/refusal.js'
import { checkId } from './check.js'

const anySegment = { pattern: /^/, rule: 'a path segment' }

/**
 * Fills the path of the typed client. openapi-fetch's own way lets `..`, an empty text, undefined and objects through,
 * and URL parsing then makes another path of them; this one refuses what would not arrive as it was given.
 * `unescaped` are characters that the system wants as they are, as Huawei does the colons of a URN.
 */
export function pathSerializer(unescaped = ''): (template: string, params: Record<string, unknown>) => string {
  const kept = [...unescaped].map((char) => [encodeURIComponent(char), char] as const)
  // Most segments hold nothing that is escaped.
  const plain = new RegExp(`^[\\w.~${unescaped.replace(/[\\\]^-]/g, '\\$&')}-]+$`)
  return (template, params) =>
    template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
      const value = Object.hasOwn(params, name) ? params[name] : undefined
      if (value === undefined) refuse(name, 'is missing')
      const id = checkId(value, name, anySegment)
      if (plain.test(id)) return id
      const segment = encodeURIComponent(id)
      return kept.reduce((text, [escaped, char]) => text.replaceAll(escaped, char), segment)
    })
}
