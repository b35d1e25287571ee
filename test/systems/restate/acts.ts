import { type RestateOptions, type RestateSystem, restate } from 'allstop'
import { ids } from '../../support/systems.js'
import type { FacadeAct } from '../fixture.js'

const invocation = { invocationId: ids.restate }
const byPatch = (options: RestateOptions): RestateSystem => restate({ api: 'patch', ...options })
const byDelete = (options: RestateOptions): RestateSystem => restate({ api: 'delete', ...options })

/** DELETE says 202 and nothing else. */
const nothingElse = { '204': 'protocol? x1', '200 empty': 'protocol? x1' } as const
/** The empty 200 is its word that the invocation is stopped; any body is somebody else's. */
const stopped = {
  '204': 'protocol? x1',
  '200 empty': 'stopped x1',
  '200 with null': 'protocol? x1',
  '200 with []': 'protocol? x1',
  '200 with {}, headers twice': 'protocol? x1',
} as const
const purged = { ...stopped, '200 empty': 'purged x1' } as const
const noRead = { '204': 'protocol x1', '200 empty': 'protocol x1' } as const

export const restateActs: readonly FacadeAct[] = [
  {
    name: 'cancel',
    operationId: 'cancelInvocation',
    effect: 'harmful',
    run: (at) => byPatch(at).stop(invocation),
    makesOf: stopped,
  },
  {
    name: 'kill',
    operationId: 'killInvocation',
    effect: 'repeatable',
    run: (at) => byPatch(at).stop(invocation, { mode: 'force' }),
    makesOf: stopped,
  },
  {
    name: 'DELETE Cancel',
    operationId: 'deleteInvocation',
    effect: 'harmful',
    run: (at) => byDelete(at).stop(invocation),
    makesOf: nothingElse,
  },
  {
    name: 'DELETE Kill',
    operationId: 'deleteInvocation',
    effect: 'repeatable',
    run: (at) => byDelete(at).stop(invocation, { mode: 'force' }),
    makesOf: nothingElse,
  },
  {
    name: 'DELETE Purge',
    operationId: 'deleteInvocation',
    effect: 'repeatable',
    ofEndedWork: true,
    run: (at) => byDelete(at).purge(invocation),
    makesOf: nothingElse,
  },
  {
    name: 'purge',
    operationId: 'purgeInvocation',
    effect: 'repeatable',
    run: (at) => byPatch(at).purge(invocation),
    makesOf: purged,
  },
  {
    name: 'purge-journal',
    operationId: 'purgeJournal',
    effect: 'repeatable',
    run: (at) => byPatch(at).purge(invocation, { journalOnly: true }),
    makesOf: purged,
  },
  {
    name: 'version',
    operationId: 'getVersion',
    effect: 'none',
    run: (at) => restate(at).stop(invocation),
    makesOf: noRead,
  },
  { name: 'query', operationId: 'query', effect: 'none', run: (at) => restate(at).read(invocation), makesOf: noRead },
]
