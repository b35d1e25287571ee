import { inWords } from './duration.js'
import { isEnded, type Phase } from './phase.js'
import type { PurgeReceipt } from './purge-receipt.js'
import type { Receipt } from './receipt.js'
import { shortId } from './short-id.js'
import type { Status } from './status.js'
import { printable } from './text.js'

/** The longest that a summary is, in UTF-16 units. */
const longest = 300

/** The course of a call that waited for the end. */
export interface Waited {
  /** The last read failed, so the known state may be out of date. */
  readonly isBlind: boolean
}

type OfStop = Omit<Receipt, 'summary'>
type OfStatus = Omit<Status, 'summary'>

/** A receipt in one line for people; `waited` is undefined when the call did not wait for the end. */
export function summaryOfStop(receipt: OfStop, waited?: Waited): string {
  const { outcome, phase, mode, elapsedMs } = receipt
  const isStopped = outcome === 'stopped' || phase === 'stopped'
  if (outcome === 'accepted') return line(receipt, acceptedWords(receipt, waited), modeWords(mode), isStopped)
  const when = waited === undefined ? '' : ` after ${inWords(elapsedMs)}`
  const as = isEnded(phase) && phase !== 'gone' ? `: ${phase}` : ''
  const words = {
    stopped: `stopped${when}`,
    'already-ended': `had ended before${as}`,
    'ended-anyway': `ended by itself${when}${as}`,
    'ended-unexplained': `ended${when}, but it is not known whether the stop is the reason${as}`,
    gone: `no record of it${when}`,
  }
  return line(receipt, words[outcome], outcome === 'stopped' ? modeWords(mode) : [], isStopped)
}

/** A status in one line for people; `waited` is undefined for a read. */
export function summaryOfStatus(status: OfStatus, waited?: Waited): string {
  const { phase, elapsedMs } = status
  const words = waited === undefined ? nowIn(phase) : `${stillIn(phase, waited)} after ${inWords(elapsedMs)}`
  return line(status, words, [], phase === 'stopped')
}

/** The result of a purge in one line for people. */
export function summaryOfPurge(receipt: Omit<PurgeReceipt, 'summary'>): string {
  const words = {
    purged: 'purged',
    accepted: 'asked to purge; its record may still be there',
    gone: 'no record of it',
  }
  return line(receipt, words[receipt.outcome], [], false)
}

function acceptedWords({ phase, warnings, elapsedMs }: OfStop, waited: Waited | undefined): string {
  const joined = warnings.some(({ code }) => code === 'already-stopping') ? 'a stop was already under way' : undefined
  // An end that only the answer to a stop reported counts only after a read shows it.
  const still = stillIn(phase, { isBlind: waited?.isBlind === true || isEnded(phase) })
  if (waited === undefined) return `${joined ?? 'asked to stop'}, ${phase === 'unknown' ? still : nowIn(phase)}`
  const after = inWords(elapsedMs)
  return joined === undefined ? `${still} ${after} after it was asked to stop` : `${still} after ${after}; ${joined}`
}

function nowIn(phase: Phase): string {
  return phase === 'unknown' ? 'state not known' : phase === 'gone' ? 'no record of it' : phase
}

function stillIn(phase: Phase, { isBlind }: Waited): string {
  if (phase === 'unknown') return 'not known to have ended'
  if (isBlind) return phase === 'gone' ? 'no record of it yet' : `last seen ${phase}`
  return isEnded(phase) ? nowIn(phase) : `still ${phase}`
}

function modeWords(mode: Receipt['mode']): readonly string[] {
  return mode === 'force' ? ['mode force'] : []
}

/** Builds a line. The word "stopped" comes only from this package, never from a text of the system. */
function line(
  known: Pick<OfStatus, 'system' | 'target'> & Partial<Pick<OfStatus, 'phase' | 'native' | 'why'>>,
  words: string,
  details: readonly string[],
  isStopped: boolean,
): string {
  const { system, target, phase = '', native = '', why = '' } = known
  // The native state is omitted if the phase or the reason already says the same.
  const isNews = native !== '' && !` ${plain(phase)} ${plain(why)} `.includes(` ${plain(native)} `)
  const foreign = [isNews ? native : '', why].filter((text) => isStopped || !/stopped/i.test(text))
  const told = [...details, ...foreign].filter((text) => text !== '').join('; ')
  const brackets = told === '' ? '' : ` (${told})`
  return printable(`${printable(system, 60)} ${shortId(target)}: ${words}${brackets}`, longest - 1)
}

/** A text by its letters and digits: `backing-off` and `BACKING_OFF` are the same. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
