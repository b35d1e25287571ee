/**
 * What sends requests for undici: its `Pool`, `Agent`, `ProxyAgent`, ... of version 7 or later. (The types of undici need
 * those of Node.js, so they cannot stand here.)
 */
export interface Dispatcher {
  dispatch(options: never, handler: never): boolean
}
