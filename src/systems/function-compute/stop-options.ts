import { checkId, headerRule, isHeaderValue } from '../../core/check.js'
import { refuse } from '../../core/refusal.js'
import { accountIdRule } from './endpoint.js'
import type { FunctionComputeVersion } from './target.js'

/** What only the `stop()` of Function Compute 2.0 takes: the three headers that its API has for it, none of them signed. */
export interface FunctionComputeStopOptions {
  /** The id of the account, sent as `X-Fc-Account-Id`. @default the system's `accountId` */
  readonly accountId?: string | undefined
  /** When the call is made, sent as `X-Fc-Date`. The signature has a time of its own. @default none is sent */
  readonly date?: Date | undefined
  /** An id under which the request can be traced, sent as `X-Fc-Trace-Id`. @default none is sent */
  readonly traceId?: string | undefined
}

export const stopOptionNames = ['accountId', 'date', 'traceId'] as const

/** 3.0 has no such headers: what would not arrive is refused. */
export function refuseStopOptions(fields: Readonly<Record<string, unknown>>): object {
  for (const name of stopOptionNames) checkOnly2(fields[name], name, '2023-03-30')
  return {}
}

export function checkStopOptions(fields: Readonly<Record<string, unknown>>): FunctionComputeStopOptions {
  return {
    accountId: checkAccountId(fields['accountId']),
    date: checkDate(fields['date']),
    traceId: checkTraceId(fields['traceId']),
  }
}

export function checkOnly2(value: unknown, name: string, version: FunctionComputeVersion): void {
  if (value !== undefined && version !== '2021-04-06') refuse(name, "is only for apiVersion '2021-04-06'")
}

export function checkAccountId(value: unknown): string | undefined {
  return value === undefined ? undefined : checkId(value, 'accountId', accountIdRule)
}

/** A copy, of a year that the form of the header can hold. */
function checkDate(value: unknown): Date | undefined {
  if (value === undefined) return undefined
  const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN
  return year >= 0 && year <= 9999 ? new Date(Number(value)) : refuse('date', 'must be a Date of a year from 0 to 9999')
}

function checkTraceId(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' && isHeaderValue(value) ? value : refuse('traceId', headerRule)
}

/** The headers of a stop: only what the caller named. `toUTCString` has the form of the API: `Sat, 14 Jul 2017 07:02:38 GMT`. */
export function headersOf({ accountId, date, traceId }: FunctionComputeStopOptions): Readonly<Record<string, string>> {
  return {
    ...(accountId === undefined ? {} : { 'X-Fc-Account-Id': accountId }),
    ...(date === undefined ? {} : { 'X-Fc-Date': date.toUTCString() }),
    ...(traceId === undefined ? {} : { 'X-Fc-Trace-Id': traceId }),
  }
}
