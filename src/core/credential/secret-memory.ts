import type { KnownSecrets } from '../http/redact.js'

/** The most texts that are remembered of one credential. */
const mostTexts = 100

/** By credential: what it gave last, the oldest first. */
const memory = new WeakMap<object, Set<string>>()

/**
 * Remembers what a credential gave, and what it was made from. The next error of the credential, or of a connection, may
 * name a token of an earlier try, or of another call.
 */
export function remember(credential: object, secrets: readonly string[]): void {
  const known = memory.get(credential) ?? new Set()
  memory.set(credential, known)
  for (const secret of secrets) {
    known.delete(secret)
    known.add(secret)
  }
  for (const oldest of known) {
    if (known.size <= mostTexts) break
    known.delete(oldest)
  }
}

/** What a credential gave lately. */
export function remembered(credential: object): readonly string[] {
  return [...(memory.get(credential) ?? [])]
}

/** By credential: the secrets of its last request. Most are those of the next one too. */
const known = new WeakMap<object, KnownSecrets>()

/** What the last request of a credential made of its secrets, to be used by the next one. */
export function knownOf(credential: object): KnownSecrets {
  const last = known.get(credential) ?? new Map()
  known.set(credential, last)
  return last
}
