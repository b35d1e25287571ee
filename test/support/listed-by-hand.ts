/** What lists or counts the systems beside the one list of them: such a text is forgotten when one is added. */

const numbers = '(?:two|three|four|five|six|seven|eight|nine|[2-9])'
const ordinals = '(?:third|fourth|fifth|sixth|seventh|eighth|ninth)'

/** Between two words, also where a comment goes on in the next line. */
const gap = '(?:\\s+(?:(?:\\*|//|#)\\s+)?)'

const counts: readonly RegExp[] = [
  // "five systems", "the other four clouds".
  new RegExp(`\\b${numbers}${gap}(?:[\\w-]+${gap}){0,2}(?:systems|clouds|factories|fixtures)\\b`, 'gi'),
  new RegExp(`\\b${ordinals}${gap}(?:system|cloud)\\b`, 'gi'),
  // "all five", "one of the four", and of nothing else: a plural behind them is what is counted.
  new RegExp(`\\b(?:the|all|other)${gap}(?:four|five|six|seven|eight|nine)\\b(?!${gap}[a-z]+s\\b)`, 'gi'),
]

/** Where a text counts systems: the words, with the number of their line. */
export function countsOfSystems(text: string): string[] {
  return counts.flatMap((count) =>
    [...text.matchAll(count)].map(
      ({ 0: words, index }) => `line ${text.slice(0, index).split('\n').length}: "${words}"`,
    ),
  )
}

/** Which of the factories a text calls. */
export const factoriesIn = (text: string, factories: readonly string[]): string[] =>
  factories.filter((factory) => new RegExp(`(?<![.\\w])${factory}\\(`).test(text))
