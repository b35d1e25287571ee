import { checkId, headerRule, isHeaderValue } from '../../core/check/check.js'
import type { OwnOptions } from '../../core/system/definition.js'
import { refuse } from '../../core/words/refusal.js'
import { accountIdRule } from './endpoint.js'
import type { FunctionComputeVersion } from './target.js'

/** The options that only `stop()` of Function Compute 2.0 has: the three headers of its API. None of them is signed. */
export interface FunctionComputeStopOptions {
  /** The id of the account, sent as `X-Fc-Account-Id`. @default the system's `accountId` */
  readonly accountId?: string | undefined
  /** The time of the call, sent as `X-Fc-Date`. The signature has its own time. @default none is sent */
  readonly date?: Date | undefined
  /** An id for tracing the request, sent as `X-Fc-Trace-Id`. @default none is sent */
  readonly traceId?: string | undefined
}

const names = ['accountId', 'date', 'traceId'] as const

export const stopOptions2: OwnOptions<FunctionComputeStopOptions> = {
  names,
  check: (fields) => ({
    accountId: checkAccountId(fields['accountId']),
    date: checkDate(fields['date']),
    traceId: checkTraceId(fields['traceId']),
  }),
}

/** 3.0 has no such headers. It knows the names too, so that its error can say that they belong to 2.0. */
export const stopOptions3: OwnOptions<object> = {
  names,
  check: (fields) => {
    for (const name of names) checkOnly2(fields[name], name, '2023-03-30')
    return {}
  },
}

export function checkOnly2(value: unknown, name: string, version: FunctionComputeVersion): void {
  if (value !== undefined && version !== '2021-04-06') refuse(name, "is only for apiVersion '2021-04-06'")
}

export function checkAccountId(value: unknown): string | undefined {
  return value === undefined ? undefined : checkId(value, 'accountId', accountIdRule)
}

/** Returns a copy. The format of the header allows only the years 0 to 9999. */
function checkDate(value: unknown): Date | undefined {
  if (value === undefined) return undefined
  const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN
  return year >= 0 && year <= 9999 ? new Date(Number(value)) : refuse('date', 'must be a Date of a year from 0 to 9999')
}

function checkTraceId(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' && isHeaderValue(value) ? value : refuse('traceId', headerRule)
}

/** The headers of a stop: only what the caller set. `toUTCString` has the format of the API: `Sat, 14 Jul 2017 07:02:38 GMT`. */
export function headersOf({ accountId, date, traceId }: FunctionComputeStopOptions): Readonly<Record<string, string>> {
  return {
    ...(accountId === undefined ? {} : { 'X-Fc-Account-Id': accountId }),
    ...(date === undefined ? {} : { 'X-Fc-Date': date.toUTCString() }),
    ...(traceId === undefined ? {} : { 'X-Fc-Trace-Id': traceId }),
  }
}
