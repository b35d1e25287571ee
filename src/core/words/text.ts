/** Longest piece of a foreign text that goes into a message, in UTF-16 units. */
const snippetLength = 300

// What a terminal obeys: ESC or CSI with parameters, and the commands that end with BEL or ESC \.
const escapeCode =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b./gu

/** Words of ASCII, one blank between them: nothing has to be made fit. */
const ordinary = /^[!-~]+(?: [!-~]+)*$/

/**
 * A foreign text made fit for a log line: codes that steer a terminal are taken out, control characters and line breaks
 * become spaces, lone surrogates are mended, and it is cut to a bounded length.
 */
export function printable(text: string, longest: number = snippetLength): string {
  if (text.length <= longest && ordinary.test(text)) return text
  const flat = text
    .slice(0, longest * 4)
    .toWellFormed()
    .replace(escapeCode, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return flat.length > longest ? `${flat.slice(0, longest).toWellFormed()}…` : flat
}

/** What to do about it, behind what went wrong. */
export function advised(what: string, ...hints: readonly (string | undefined)[]): string {
  return [what, ...hints].filter(Boolean).join('; ')
}
