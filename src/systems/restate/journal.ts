import type { Call } from '../../core/call/call.js'
import { AnswerFields, Malformed } from '../../core/http/answer-fields.js'
import { parseJson } from '../../core/http/json.js'
import { isStopError } from '../../core/words/error.js'
import { operations } from './operations.js'
import { queryRows } from './query.js'
import type { RestateTarget } from './target.js'

/** What the journal of an invocation says about its end. */
export interface Journal {
  /** When the first cancel was recorded, ISO 8601, or `an unknown time`; undefined when no cancel was recorded. */
  readonly cancelledAt: string | undefined
  /** The handler returned a result or an error itself, so the server did not end it. */
  readonly hasOutput: boolean
}

/** A cancel is the signal of this index (github.com/restatedev/restate, built-in signals; seen on 1.6.2 and 1.7.12). */
const cancelSignal = 1

/**
 * Reads what the journal of an invocation says about cancels and its end. Undefined when there is no journal: an older
 * server, a journal that is not kept (retention 0), or a query that fails. The query filters by id and uses no join,
 * because a join may not be filtered on the journal's side.
 */
export async function readJournal(call: Call, { invocationId }: RestateTarget): Promise<Journal | undefined> {
  const sql =
    `SELECT id, entry_type, entry_lite_json, appended_at FROM sys_journal WHERE id = '${invocationId}' ` +
    "AND entry_type IN ('Command: Input', 'Command: Output', 'Notification: Signal') ORDER BY index"
  try {
    const { rows } = await queryRows(call, operations.queryJournal, sql, invocationId)
    const entries = rows.map((row) => ({ type: row.text('entry_type'), row }))
    if (!entries.some(({ type }) => type === 'Command: Input')) return undefined
    const cancel = entries.find(({ type, row }) => type === 'Notification: Signal' && isCancel(row))
    return {
      cancelledAt: cancel === undefined ? undefined : (cancel.row.text('appended_at') ?? 'an unknown time'),
      hasOutput: entries.some(({ type }) => type === 'Command: Output'),
    }
  } catch (thrown) {
    if (thrown instanceof Malformed) return undefined
    if (isStopError(thrown) && thrown.code !== 'aborted') return undefined
    throw thrown
  }
}

/** `{"Notification":{"ty":"Signal","id":{"SignalIndex":1},"result":"Void"}}` */
function isCancel(row: AnswerFields): boolean {
  const entry = parseJson(row.text('entry_lite_json') ?? '')
  const notification = new AnswerFields(entry?.value, 'a signal').object('Notification')
  return notification?.object('id')?.number('SignalIndex') === cancelSignal
}
