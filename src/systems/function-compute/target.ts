import { checkId, fieldsOf } from '../../core/check.js'
import { refuse } from '../../core/refusal.js'

/** The two generations of the API: 2.0 knows services, 3.0 does not. They run side by side on the same host. */
export type FunctionComputeVersion = '2021-04-06' | '2023-03-30'

export const functionComputeVersions = ['2021-04-06', '2023-03-30'] as const

/** What both generations need to find a task. */
interface Task {
  readonly functionName: string
  /** The task's id (`x-fc-async-task-id`); without one, the id of the request that started it. */
  readonly invocationId: string
  /** The version or alias that was invoked, such as `LATEST`. @default the system chooses */
  readonly qualifier?: string | undefined
}

/** An asynchronous task of Function Compute 3.0. */
export interface FunctionCompute3Target extends Task {
  /** Only 2.0 has services: a target of 2.0 is none of 3.0. */
  readonly serviceName?: undefined
}

/** An asynchronous task (a stateful asynchronous invocation) of Function Compute 2.0. */
export interface FunctionCompute2Target extends Task {
  readonly serviceName: string
}

/** The target of a generation. */
export type FunctionComputeTarget<V extends FunctionComputeVersion = FunctionComputeVersion> = V extends '2021-04-06'
  ? FunctionCompute2Target
  : FunctionCompute3Target

const name = {
  pattern: /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/,
  rule: 'a letter or underscore, then up to 127 letters, digits, hyphens or underscores',
}

// Ids that the system makes may begin with a digit, against the rule for ids that callers choose.
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
  return { serviceName: checkId(fields['serviceName'], 'serviceName', name), ...checkTask(fields) }
}

export function checkTarget3(target: unknown): FunctionCompute3Target {
  // Known to 3.0 too, so that it can say where it belongs.
  const fields = fieldsOf(target, 'target', [...names, 'serviceName'])
  if (fields['serviceName'] !== undefined) {
    refuse('target.serviceName', "is only for apiVersion '2021-04-06' (2.0); 3.0 has no services")
  }
  return checkTask(fields)
}
