/** Texts shorter than this are not searched for: replacing them would only garble what is shown. */
const shortest = 6

const hidden = '[hidden]'

/** A header by whose name a caller would carry a secret. */
const secretName =
  /auth|token|secret|cookie|signature|passw|credential|jwt|session|[cx]srf|assertion|bearer|dpop|client-id|(?:key|pat|sig|sid|pin|otp|pass)$/i

/**
 * The secrets in headers: each value, and in it what follows the scheme, each parameter, and of Basic the login and the
 * password, for a peer may echo any of them alone.
 */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  const secrets: string[] = []
  for (const value of Object.values(headers)) {
    secrets.push(value, value.replace(/^\S+\s+/, ''))
    // Each begins at its equals sign: a name in front of it would be looked for anew at each of its letters.
    for (const [, quoted, bare] of value.matchAll(/=\s*(?:"([^"]*)"?|([^\s,;"=][^\s,;"]*))/g)) {
      secrets.push(String(quoted ?? bare))
    }
    const encoded = /^Basic (.+)$/i.exec(value)?.[1]
    if (encoded === undefined) continue
    const login = new TextDecoder().decode(Uint8Array.from(decodeBase64(encoded)))
    secrets.push(login, login.slice(login.indexOf(':') + 1))
  }
  return secrets
}

function decodeBase64(text: string): number[] {
  try {
    return [...atob(text)].map((char) => char.charCodeAt(0))
  } catch {
    return []
  }
}

/** The headers of a caller that may hold a secret, going by their names. */
export function secretHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const secret: [string, string][] = []
  for (const name of Object.keys(headers)) if (secretName.test(name)) secret.push([name, String(headers[name])])
  return Object.fromEntries(secret)
}

/** Hides secrets in a text. */
export type Hide = (text: string) => string

/** Hides nothing: there is no secret. */
export const asItIs: Hide = (text) => text

/** A secret, and the forms of it that are searched for. */
interface Sought {
  /** No shorter text can hold the secret, however it is spelled: decoding a text never makes it longer. */
  readonly least: number
  /** The forms that are cut out. They are made for the first text that is long enough. */
  readonly asWritten: () => readonly string[]
  /** The secret without its spelling. */
  readonly bare: readonly string[]
}

/** By secret: what was made of it for an earlier hider. */
export type KnownSecrets = Map<string, Sought>

/**
 * A function that hides secrets wherever a peer or an error echoes them. As they are, as JSON and as a URL spells them,
 * they are cut out; in any other spelling (`\u0041`, `%2f`, `&quot;`, JSON in JSON ...) the whole text is hidden.
 * `known` is what an earlier hider made of its secrets; afterwards it is what this one knows.
 */
export function hiderOf(secrets: readonly string[], known: KnownSecrets = new Map()): Hide {
  const made: KnownSecrets = new Map()
  let least = Number.POSITIVE_INFINITY
  for (const secret of secrets) {
    if (secret.length < shortest || made.has(secret)) continue
    const sought = known.get(secret) ?? soughtOf(secret)
    made.set(secret, sought)
    least = Math.min(least, sought.least)
  }
  known.clear()
  for (const [secret, sought] of made) known.set(secret, sought)
  if (made.size === 0) return asItIs
  const all = [...made.values()]
  return (text) => {
    if (text.length < least) return text
    const near = all.filter((sought) => sought.least <= text.length)
    const cut = withoutForms(text, near)
    // At each layer: a sign that stands before a secret may, with its first letters, look like a spelling of the next one.
    for (const layer of layersOf(cut)) {
      for (const { bare } of near) if (bare.some((form) => layer.includes(form))) return hidden
    }
    return cut
  }
}

/** The text with the forms of the secrets cut out, the longest first. */
function withoutForms(text: string, near: readonly Sought[]): string {
  const found: string[] = []
  for (const { asWritten } of near) {
    for (const form of asWritten()) if (form.length <= text.length && text.includes(form)) found.push(form)
  }
  return found.sort((a, b) => b.length - a.length).reduce((rest, form) => rest.replaceAll(form, hidden), text)
}

/** Signs that JSON writes as they are, and no spelling begins with; most secrets consist of them. */
const unspelt = /^[\w.~:;,=/ -]+$/

function soughtOf(secret: string): Sought {
  const json = unspelt.test(secret) ? secret : inJson(secret)
  const spelt = json === secret ? [secret] : [secret, json]
  const bare = spelt.map(unspelled).filter((form) => form.length >= shortest)
  let forms: readonly string[] | undefined
  return {
    least: Math.min(secret.length, ...bare.map((form) => form.length)),
    bare,
    asWritten: () => {
      forms ??= [...new Set([secret, json, encodeURIComponent(secret.toWellFormed()), ...encoded(secret)])]
      return forms
    },
  }
}

/** Hides secrets in every text, key and number of a JSON value. */
export function hideIn(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return hide(value)
  if (typeof value === 'number') return hide(String(value)) === String(value) ? value : hidden
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => hideIn(item, hide))
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [hide(name), hideIn(field, hide)]))
}

/** A text in base64, base64url and hexadecimal, also within a longer text. */
function encoded(text: string): string[] {
  const bytes = [...new TextEncoder().encode(text)]
  const whole = btoa(String.fromCharCode(...bytes)).replace(/=+$/, '')
  const base64 = [whole, ...[0, 1, 2].map((offset) => base64At(offset, bytes))]
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [...base64, ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')), hex, hex.toUpperCase()]
}

/** Base64 writes three bytes as four digits. What is left is what does not depend on the bytes before and behind. */
function base64At(offset: number, bytes: readonly number[]): string {
  const digits = btoa(String.fromCharCode(...Array<number>(offset).fill(0), ...bytes))
  const isCut = (offset + bytes.length) % 3 !== 0
  return digits.replace(/=+$/, '').slice([0, 2, 3][offset], isCut ? -1 : undefined)
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

// What a text can be spelled with: backslashes of any number with code points after them, in JSON, C and octal; percent-
// escapes; entities of HTML and XML, whose semicolon browsers do not insist on.
const spelling = new RegExp(
  [
    '\\\\+(?:u(H{4})|u\\{(H{1,6})\\}|U(H{8})|x(H{2})|([0-3][0-7]{2}))',
    '\\\\+',
    '((?:%H{2})+)',
    '%u(H{4})',
    '&(?:#[xX](H{1,6})|#(\\d{1,7})|([a-zA-Z]{2,8}));?',
  ]
    .join('|')
    .replaceAll('H', '[0-9a-fA-F]'),
  'g',
)

/** The named entities of the characters that secrets are made of (HTML, "Named character references"). */
const entities = new Map(
  Object.entries({
    ...{ amp: '&', quot: '"', apos: "'", lt: '<', gt: '>', lowbar: '_', period: '.', sol: '/', bsol: '\\', plus: '+' },
    ...{ equals: '=', num: '#', colon: ':', comma: ',', semi: ';', commat: '@', excl: '!', dollar: '$', percnt: '%' },
    ...{
      lpar: '(',
      rpar: ')',
      ast: '*',
      quest: '?',
      lsqb: '[',
      lbrack: '[',
      rsqb: ']',
      rbrack: ']',
      lcub: '{',
      rcub: '}',
    },
    ...{ hat: '^', grave: '`', verbar: '|', vert: '|', dash: '-', hyphen: '-', tab: '', newline: '', nbsp: '' },
  }),
)

/** Enough for JSON in JSON in a form in HTML. */
const mostLayers = 6

// Blanks, the plus sign that a form uses for a blank, and invisible characters: a peer may split a text with them.
const unseen = /[\s+\p{Cc}\p{Cf}]+/gu

/** What a spelling begins with. */
const spells = /[\\%&]/

/** A text without its spelling: two spellings of one secret come to the same. */
function unspelled(text: string): string {
  return layersOf(text).at(-1) as string
}

/** A text after each of its spellings was taken away, the outermost first. */
function layersOf(text: string): readonly string[] {
  const layers: string[] = []
  let bare = text
  while (layers.length < mostLayers && spells.test(bare)) {
    const next = bare.replace(spelling, decodeOne).replace(unseen, '')
    if (next === bare) break
    layers.push(next)
    bare = next
  }
  return layers.length === 0 ? [bare.replace(unseen, '')] : layers
}

/** `codes` are the groups of {@link spelling}: hexadecimal but for the octal and the decimal one. */
function decodeOne(spelled: string, ...codes: (string | undefined)[]): string {
  const [u4, braced, u8, x2, octal, percent, percentU, hex, decimal, name] = codes
  if (percent !== undefined) return decodePercent(percent)
  if (name !== undefined) return entities.get(name.toLowerCase()) ?? spelled
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
  const code =
    decimal === undefined ? Number.parseInt(u4 ?? braced ?? u8 ?? x2 ?? percentU ?? hex ?? '', 16) : Number(decimal)
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

function decodePercent(escapes: string): string {
  try {
    return decodeURIComponent(escapes)
  } catch {
    return escapes.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
}
