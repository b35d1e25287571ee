/** The vendors' worked examples, and what their own signers made. */
import vectors from '../fixtures/signing-vectors.json' with { type: 'json' }

export { vectors }

export const withQuery = (url: string, query: Readonly<Record<string, string>>): URL => {
  const made = new URL(url)
  for (const [name, value] of Object.entries(query)) made.searchParams.set(name, value)
  return made
}

/** `20260102T030405Z` or `2026-01-02T03:04:05Z`. */
export const dateOf = (text: string): Date =>
  new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
