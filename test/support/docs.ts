/** The README and docs/*.md: their snippets, links and headings. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Document {
  /** Its path from the root of the repository. */
  readonly path: string
  readonly text: string
  /** What its code blocks in JavaScript or TypeScript hold. */
  readonly snippets: readonly { readonly language: 'js' | 'ts'; readonly code: string }[]
  /** Where its links lead that stay in the repository. */
  readonly links: readonly string[]
  /** The anchors of its headings. */
  readonly anchors: readonly string[]
}

const block = /^```(\w*)\n([\s\S]*?)^```$/gm

export async function readDocument(path: string): Promise<Document> {
  const text = await readFile(join(root, path), 'utf8')
  const prose = text.replace(block, '')
  return {
    path,
    text,
    snippets: [...text.matchAll(block)].flatMap(([, language, code = '']) =>
      language === 'ts' || language === 'js' ? [{ language, code }] : [],
    ),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to).filter((to) => !/^https?:/.test(to)),
    anchors: [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)),
  }
}

/** All of them, the README first. */
export async function readDocuments(): Promise<readonly Document[]> {
  const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).sort()
  return Promise.all(['README.md', ...pages.map((name) => `docs/${name}`)].map(readDocument))
}

/** The name that GitHub gives to a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
