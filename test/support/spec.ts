/** Reads a hand-written spec and lists what its operations document: one row a status, media type and named example. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { Kind } from '../systems/kind.js'

type Json = Record<string, unknown>

export interface Row {
  readonly operationId: string
  readonly status: string
  /** Undefined for an answer without a body. */
  readonly mediaType: string | undefined
  readonly example: string | undefined
  readonly value: unknown
}

export interface Operation {
  readonly operationId: string
  readonly method: string
  /** The path template, such as `/invocations/{invocation_id}/cancel`. */
  readonly path: string
  /** Matches a path on the wire. */
  readonly matches: (method: string, pathname: string) => boolean
  readonly parameters: readonly Parameter[]
  /** The JSON body's schema, if there is one. */
  readonly body: Json | undefined
  /** There is an alternative without a credential. */
  readonly open: boolean
  readonly rows: readonly Row[]
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Json
}

export function specPath(name: Kind): string {
  return fileURLToPath(new URL(`../../specs/${name}.yaml`, import.meta.url))
}

const methods = ['get', 'put', 'post', 'patch', 'delete']

const known = new Map<Kind, readonly Operation[]>()

export function operationsOf(name: Kind): readonly Operation[] {
  const operations = known.get(name) ?? readOperations(name)
  known.set(name, operations)
  return operations
}

function readOperations(name: Kind): readonly Operation[] {
  const document = parse(readFileSync(specPath(name), 'utf8')) as Json
  const follow = (value: unknown): Json => {
    const node = (value ?? {}) as Json
    const ref = node['$ref']
    if (typeof ref !== 'string') return node
    const target = ref
      .slice('#/'.length)
      .split('/')
      .reduce<unknown>((at, key) => (at as Json)[key.replaceAll('~1', '/').replaceAll('~0', '~')], document)
    return follow(target)
  }
  const operations: Operation[] = []
  for (const [path, item] of Object.entries(document['paths'] as Json)) {
    for (const method of methods) {
      const operation = (item as Json)[method] as Json | undefined
      if (operation === undefined) continue
      const operationId = String(operation['operationId'])
      const given = [
        ...(((item as Json)['parameters'] as unknown[]) ?? []),
        ...((operation['parameters'] as unknown[]) ?? []),
      ]
      const pattern = new RegExp(`^${path.replace(/[.$]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`)
      const content = follow(operation['requestBody'])['content'] as Json | undefined
      const security = (operation['security'] ?? document['security'] ?? [{}]) as Json[]
      operations.push({
        operationId,
        method: method.toUpperCase(),
        path,
        matches: (other, pathname) => other === method.toUpperCase() && pattern.test(pathname),
        parameters: given.map(follow).map((parameter) => ({
          name: String(parameter['name']),
          in: parameter['in'] as Parameter['in'],
          required: parameter['required'] === true,
          schema: follow(parameter['schema']),
        })),
        body: content === undefined ? undefined : follow((content['application/json'] as Json)['schema']),
        open: security.some((alternative) => Object.keys(alternative).length === 0),
        rows: rowsOf(operationId, operation['responses'] as Json, follow),
      })
    }
  }
  return operations
}

function rowsOf(operationId: string, responses: Json, follow: (value: unknown) => Json): Row[] {
  return Object.entries(responses).flatMap(([status, response]): Row[] => {
    const content = Object.entries((follow(response)['content'] ?? {}) as Json)
    if (content.length === 0) {
      return [{ operationId, status, mediaType: undefined, example: undefined, value: undefined }]
    }
    return content.flatMap(([mediaType, media]) =>
      Object.entries((media as Json)['examples'] as Json).map(([example, node]) => ({
        operationId,
        status,
        mediaType,
        example,
        value: follow(node)['value'],
      })),
    )
  })
}

/** How a row is named in the tables of expectations. Both media types of one answer mean the same. */
export function rowKey({ status, example }: Row): string {
  return example === undefined ? status : `${status} ${example}`
}

/** A status that the spec leaves to `default`, and that nobody uses. */
export const undocumentedStatus = '418'

/** The headers that make Prism answer with a row. */
export function preferring({ status, example, mediaType }: Row): Record<string, string> {
  const code = status === 'default' ? undocumentedStatus : status
  return {
    prefer: example === undefined ? `code=${code}` : `code=${code}, example=${example}`,
    ...(mediaType === undefined ? {} : { accept: mediaType }),
  }
}
