/** Longest piece of a foreign text that goes into a message, in UTF-16 units. */
const snippetLength = 300

/**
 * A foreign text made fit for a log line: control characters and line breaks become spaces, lone surrogates are
 * mended, and it is cut to a bounded length.
 */
export function printable(text: string): string {
  const flat = text
    .slice(0, snippetLength * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return flat.length > snippetLength ? `${flat.slice(0, snippetLength).toWellFormed()}…` : flat
}
