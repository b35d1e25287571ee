import { type FunctionComputeOptions, type FunctionComputeSystem, functionCompute } from 'allstop'
import { ids } from '../../support/systems.js'
import type { FacadeAct } from '../fixture.js'

const target3 = { functionName: 'demo-function', invocationId: ids.task }
const target2 = { serviceName: 'demo-service', ...target3 }
const three = (options: FunctionComputeOptions<'2023-03-30'>): FunctionComputeSystem<'2023-03-30'> =>
  functionCompute({ ...options, apiVersion: '2023-03-30' })

// A list is not what an order is answered with.
const ordered = { '204': 'accepted x1', '200 empty': 'accepted x1', '200 with []': 'protocol? x1' } as const
const noRead = { '204': 'protocol x1', '200 empty': 'protocol x1' } as const

export const functionComputeActs: readonly FacadeAct[] = [
  {
    name: 'stop 2.0',
    operationId: 'stopStatefulAsyncInvocation',
    effect: 'repeatable',
    run: (at) => functionCompute(at).stop(target2),
    makesOf: ordered,
  },
  {
    name: 'get 2.0',
    operationId: 'getStatefulAsyncInvocation',
    effect: 'none',
    run: (at) => functionCompute(at).read(target2),
    makesOf: noRead,
  },
  {
    name: 'stop 3.0',
    operationId: 'stopAsyncTask',
    effect: 'repeatable',
    run: (at) => three(at).stop(target3),
    makesOf: ordered,
  },
  {
    name: 'get 3.0',
    operationId: 'getAsyncTask',
    effect: 'none',
    run: (at) => three(at).read(target3),
    makesOf: noRead,
  },
]
