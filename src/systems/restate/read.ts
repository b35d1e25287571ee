import type { Call } from '../../core/call/call.js'
import { readIn, seenIn } from '../../core/call/seen.js'
import { Malformed } from '../../core/http/answer-fields.js'
import type { Memory, Seen } from '../../core/words/state.js'
import { readJournal } from './journal.js'
import { operations } from './operations.js'
import { queryRows } from './query.js'
import { needsJournal, stateOf } from './states.js'
import type { RestateTarget } from './target.js'

/**
 * Reads the state of an invocation: its row, and its journal if that says more. A wait reads the journal once while the
 * work runs, and once at its end. In between it remembers whether the journal had a cancel.
 */
export async function readState(call: Call, target: RestateTarget, memory: Memory = {}): Promise<Seen> {
  // The id was checked to have only letters, digits and `_`, so it can be quoted. All columns are selected, because a
  // server refuses a query for a column that it does not have.
  const sql = `SELECT * FROM sys_invocation WHERE id = '${target.invocationId}'`
  const { rows, answer } = await queryRows(call, operations.query, sql, target.invocationId)
  const [row] = rows
  const need = readIn(call, operations.query, answer, () => {
    if (rows.length > 1) throw new Malformed('rows holds more than one')
    return needsJournal(row)
  })
  const journal =
    need === 'at-end' || (need === 'while-running' && memory.whole !== true)
      ? await readJournal(call, target)
      : undefined
  // Nothing can be recorded for work that has not begun, or matter for work that has ended.
  if (need === 'never') memory.shown = true
  if (need === 'while-running' && memory.whole !== true) {
    memory.whole = true
    memory.shown = journal !== undefined
    memory.recordedAt = journal?.cancelledAt
  }
  return seenIn(call, operations.query, answer, () => stateOf(row, journal, memory.recordedAt))
}
