import { checkId, fieldsOf } from '../../core/check/check.js'
import { refuse } from '../../core/words/refusal.js'

/** The two versions of the API. 2.0 has services, 3.0 does not. Both are available on the same host. */
export type FunctionComputeVersion = '2021-04-06' | '2023-03-30'

export const functionComputeVersions = ['2021-04-06', '2023-03-30'] as const

/** The fields that both versions need to find a task. */
interface Task {
  readonly functionName: string
  /** The task id (`x-fc-async-task-id`). If none was set, the id of the request that started the task. */
  readonly invocationId: string
  /** The version or alias that was invoked, such as `LATEST`. @default the system chooses */
  readonly qualifier?: string | undefined
}

/** An asynchronous task of Function Compute 3.0. */
export interface FunctionCompute3Target extends Task {
  /** Only 2.0 has services, so a target of 2.0 is not a target of 3.0. */
  readonly serviceName?: undefined
}

/** An asynchronous task (a stateful asynchronous invocation) of Function Compute 2.0. */
export interface FunctionCompute2Target extends Task {
  readonly serviceName: string
}

/** The target of a version. */
export type FunctionComputeTarget<V extends FunctionComputeVersion = FunctionComputeVersion> = V extends '2021-04-06'
  ? FunctionCompute2Target
  : FunctionCompute3Target

const name = {
  pattern: /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/,
  rule: 'a letter or underscore, then up to 127 letters, digits, hyphens or underscores',
}

// Ids made by the system may begin with a digit. Ids chosen by callers may not.
const invocationId = {
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/,
  rule: '1 to 128 letters, digits, hyphens or underscores, not beginning with a hyphen',
}

const qualifier = { pattern: /^[A-Za-z0-9_.-]{1,128}$/, rule: 'a version or alias of letters, digits, _, . and -' }

const names = ['functionName', 'invocationId', 'qualifier']

function checkTask(fields: Readonly<Record<string, unknown>>): Task {
  return {
    functionName: checkId(fields['functionName'], 'functionName', name),
    invocationId: checkId(fields['invocationId'], 'invocationId', invocationId),
    ...(fields['qualifier'] === undefined ? {} : { qualifier: checkId(fields['qualifier'], 'qualifier', qualifier) }),
  }
}

export function checkTarget2(target: unknown): FunctionCompute2Target {
  const fields = fieldsOf(target, 'target', ['serviceName', ...names])
  if (fields['serviceName'] === undefined) {
    refuse('target.serviceName', "is missing; 2.0 needs it, and for 3.0 the factory needs apiVersion: '2023-03-30'")
  }
  return { serviceName: checkId(fields['serviceName'], 'serviceName', name), ...checkTask(fields) }
}

export function checkTarget3(target: unknown): FunctionCompute3Target {
  // 3.0 knows this name too, so that its error can say that it belongs to 2.0.
  const fields = fieldsOf(target, 'target', [...names, 'serviceName'])
  if (fields['serviceName'] !== undefined) {
    refuse('target.serviceName', "is only for apiVersion '2021-04-06' (2.0); 3.0 has no services")
  }
  return checkTask(fields)
}

/** The query of a request: only what the caller set. */
type Query = { readonly query?: { readonly qualifier: string } }

/** The parts of a request about a task of 2.0. */
export function partsOf2({ serviceName, functionName, invocationId, qualifier }: FunctionCompute2Target): Query & {
  readonly path: { readonly serviceName: string; readonly functionName: string; readonly invocationId: string }
} {
  return {
    path: { serviceName, functionName, invocationId },
    ...(qualifier === undefined ? {} : { query: { qualifier } }),
  }
}

/** The parts of a request about a task of 3.0. */
export function partsOf3({ functionName, invocationId, qualifier }: FunctionCompute3Target): Query & {
  readonly path: { readonly functionName: string; readonly taskId: string }
} {
  return { path: { functionName, taskId: invocationId }, ...(qualifier === undefined ? {} : { query: { qualifier } }) }
}
