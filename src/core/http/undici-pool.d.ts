/** undici's Pool alone, without the rest of undici, which takes three times as long to load. */
declare module '#pool' {
  export default class Pool {
    constructor(origin: string, options: object)
    dispatch(request: object, handler: object): boolean
    close(): Promise<void>
    destroy(): Promise<void>
  }
}
