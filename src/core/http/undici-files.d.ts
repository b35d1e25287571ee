/** A file of undici, loaded alone: all of it takes three times as long as its pool. Undefined where there is none. */
declare module '#undici/*' {
  const exported: unknown
  export default exported
}
