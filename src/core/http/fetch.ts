/**
 * A fetch function: the global one, undici's, or your own, such as one with a proxy or a client certificate. It is called
 * with the URL as text, and an init with method, headers, body, signal and `redirect: 'manual'`.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>
