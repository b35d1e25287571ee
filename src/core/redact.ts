/** Secrets shorter than this are not searched for: replacing them would only garble texts. */
const shortest = 6

// A signer also adds dates, versions and names, which are no secrets and must stay readable.
const secretHeader = /(?:authorization|token|secret|cookie|key|signature|password|credential)$/i

/**
 * A function that blots out the credentials of one request wherever a peer or an error echoes them. `headers` are the
 * ones that a credential gave; of "Bearer abc" and "Signature=abc" the last part is hidden by itself too, and of Basic
 * the password; each also as JSON and URLs spell it.
 */
export function hiderOf(headers: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = Object.entries(headers)
    .filter(([name]) => secretHeader.test(name))
    // A token may end in "=" itself, so the last part is what comes after a "=" that something else follows.
    .flatMap(([, value]) => [
      value,
      value.replace(/^\S*\s/, ''),
      value.replace(/^.*[\s=](?=[^=])/, ''),
      passwordOf(value),
    ])
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .filter((secret) => secret.length >= shortest)
  if (secrets.length === 0) return (text) => text
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text)
}

function passwordOf(header: string): string {
  const encoded = /^Basic (.+)$/.exec(header)?.[1]
  if (encoded === undefined) return ''
  const login = Buffer.from(encoded, 'base64').toString('utf8')
  return login.slice(login.indexOf(':') + 1)
}
