import type { Hide, KnownSecrets } from '../http/redact.js'

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
    if (!known.delete(secret) && known.size === mostTexts) known.delete(known.values().next().value as string)
    known.add(secret)
  }
}

/** What a credential gave lately. */
export function remembered(credential: object): readonly string[] {
  return [...(memory.get(credential) ?? [])]
}

/** By credential: the proof of its last request, as text, and what hides it. */
const proven = new WeakMap<object, { readonly proof: string; readonly hide: Hide }>()

/** What hides the proof of a request, made anew only if the credential gave something else for the last one. */
export function hideOf(credential: object, proof: string, make: () => Hide): Hide {
  const last = proven.get(credential)
  if (last?.proof === proof) return last.hide
  const hide = make()
  proven.set(credential, { proof, hide })
  return hide
}

/** By credential: the secrets of its last request. Most are those of the next one too. */
const known = new WeakMap<object, KnownSecrets>()

/** What the last request of a credential made of its secrets, to be used by the next one. */
export function knownOf(credential: object): KnownSecrets {
  const last = known.get(credential) ?? new Map()
  known.set(credential, last)
  return last
}
