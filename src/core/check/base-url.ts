import { refuse } from '../words/refusal.js'
import { checkGiven } from './check.js'

/**
 * Checks a base URL and returns it without a trailing slash. A path prefix is kept (a reverse proxy); everything that
 * would change where a path leads is refused. A refusal never shows the URL: it may hold a password.
 */
export function checkBaseUrl(value: unknown): URL {
  checkGiven(value, 'baseUrl')
  const text = value instanceof URL ? value.href : value
  if (typeof text !== 'string' || text === '') refuse('baseUrl', 'must be an absolute URL such as https://host:port')
  // Also `localhost:9070`, which a URL parser takes for the scheme "localhost:".
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim())) {
    refuse('baseUrl', 'has no scheme; write http:// or https:// before the host, such as http://host:port')
  }
  const url = URL.canParse(text) ? new URL(text) : refuse('baseUrl', 'is not a URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    refuse('baseUrl', 'must begin with http:// or https://')
  }
  if (url.username !== '' || url.password !== '') {
    refuse('baseUrl', 'must not hold a user or password; give them as `auth`')
  }
  if (text.includes('?') || text.includes('#')) refuse('baseUrl', 'must have no query and no fragment')
  if (/[{}]|%7b|%7d/i.test(text)) refuse('baseUrl', 'has a placeholder in braces that was not filled in')
  if (!isDecodable(url.pathname)) refuse('baseUrl', 'has a path with a broken percent-escape')
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** What of a base URL may be a secret: some gateways have their key in the path. */
export function secretSegments(url: URL): readonly string[] {
  return url.pathname.split('/').filter(isLikeToken)
}

/** Long, and of letters and digits that take turns as no name's do; a very long one needs only to have both. */
function isLikeToken(segment: string): boolean {
  const turns = segment.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0
  return (
    (segment.length >= 12 && turns >= 3) || (segment.length >= 24 && /\d/.test(segment) && /[A-Za-z]/.test(segment))
  )
}

/** Whether the URL leads to this machine, where plain http cannot be overheard. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)
}
