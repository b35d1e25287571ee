import type * as Package from 'allstop'

type Exports = typeof Package

/** What a factory makes has a kind of its own and can be named; nothing else that the package exports does. */
type KindOf<Made> = Made extends { readonly kind: infer K extends string; named(name: string): unknown } ? K : never

/** Every kind of system that the package has a factory for. It is also the name of its spec, its folder and its entry. */
export type Kind = {
  [Name in keyof Exports]: Exports[Name] extends (...given: never) => infer Made ? KindOf<Made> : never
}[keyof Exports]
