import { codeOf } from '../words/cause.js'
import { refuse } from '../words/refusal.js'

/** The option names that describe a certificate. */
export const certificateFields = ['cert', 'key', 'pfx', 'passphrase', 'ca'] as const

type Certificate = { readonly [F in (typeof certificateFields)[number]]?: string | Uint8Array }

interface CertificateRules {
  /** What stands before the names of the fields in a refusal. @default nothing */
  readonly within?: string
  /** There must be a certificate, not only authorities. @default true */
  readonly required?: boolean
}

/**
 * Checks that a certificate can be used: first each part, then all together. Without this check the first connection would
 * fail with a message of OpenSSL, like a network failure. A refusal never shows a value, only OpenSSL's code.
 */
export function checkCertificate(
  given: Readonly<Record<string, unknown>>,
  { within = '', required = true }: CertificateRules = {},
): Certificate {
  for (const name of ['cert', 'key', 'ca']) checkBytes(given[name], `${within}${name}`, typeof given[name] === 'string')
  checkBytes(given['pfx'], `${within}pfx`, false)
  const { cert, key, pfx, passphrase, ca } = given as Certificate
  if (passphrase !== undefined && typeof passphrase !== 'string') refuse(`${within}passphrase`, 'must be a string')
  const isIncomplete = cert === undefined ? required || key !== undefined : key === undefined
  if (pfx === undefined && isIncomplete)
    refuse(`${within}${cert === undefined ? 'cert' : 'key'}`, 'is missing; give cert and key, or pfx')
  const secret = passphrase === undefined ? {} : { passphrase }
  if (ca !== undefined) checkAuthorities(ca, `${within}ca`)
  if (cert !== undefined) tryContext({ cert }, `${within}cert`, 'cannot be used as a certificate in PEM')
  if (key !== undefined) {
    const rule = 'is not a private key in PEM, or the passphrase does not open it'
    tryContext({ key, ...secret }, `${within}key`, rule)
  }
  if (pfx !== undefined) {
    const rule = 'is not a PKCS #12 file, or the passphrase does not open it'
    tryContext({ pfx, ...secret }, `${within}pfx`, rule)
  }
  const all = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Certificate
  tryContext(all, `${within}key`, 'is not the key of the certificate')
  return all
}

function checkBytes(value: unknown, field: string, isText: boolean): void {
  if (value === undefined) return
  if (!isText && !ArrayBuffer.isView(value)) refuse(field, 'must be the text or the bytes of a file')
  // TLS treats an empty value as absent.
  if ((value as string | Uint8Array).length === 0) refuse(field, 'is empty')
}

// The module is loaded when it is needed, so that a bundle for another runtime than Node.js need not contain it.
function tryContext(parts: Certificate, field: string, rule: string): void {
  const { createSecureContext } = process.getBuiltinModule('node:tls')
  attempt(() => createSecureContext(parts as object), field, rule)
}

/** TLS ignores authorities that it cannot read, and would then refuse the cluster's certificate. */
function checkAuthorities(ca: string | Uint8Array, field: string): void {
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  const text = typeof ca === 'string' ? ca : new TextDecoder().decode(ca)
  const each = text.split(/(?=-----BEGIN [A-Z0-9 ]*CERTIFICATE-----)/).filter((part) => part.startsWith('-----BEGIN'))
  if (each.length === 0) refuse(field, 'holds no certificate in PEM')
  for (const one of each) attempt(() => new X509Certificate(one), field, 'holds a certificate that cannot be read')
}

function attempt(work: () => unknown, field: string, rule: string): void {
  try {
    work()
  } catch (thrown) {
    const code = codeOf(thrown)
    refuse(field, `${rule}${code === undefined ? '' : ` (${code})`}`)
  }
}
