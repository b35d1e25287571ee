/**
 * Where random tests take their chance from: a fixed seed in `npm test`, so that what passed once passes always; a new
 * one under `npm run property`, printed, or `PROPERTY_SEED` to see the same again.
 */
const isSearch = process.env['npm_lifecycle_event'] === 'property'

const fixedSeed = 20_260_102

function chooseSeed(): number {
  const given = process.env['PROPERTY_SEED']
  if (given !== undefined) return Number.parseInt(given, 10)
  return isSearch ? Math.trunc(Math.random() * 2 ** 31) : fixedSeed
}

/** The seed of this run, for fast-check. */
export const seed: number = chooseSeed()

/** How often a property is tried: `usually` in `npm test`, 10,000 times under `npm run property`. */
export function runsOr(usually: number): number {
  return isSearch ? 10_000 : usually
}

if (isSearch) console.info(`to see the same again: PROPERTY_SEED=${seed} npm run property`)

/** A source like `Math.random` that gives the same numbers for the same seed (mulberry32). */
export function seededRandom(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
