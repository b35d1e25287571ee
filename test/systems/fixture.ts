/**
 * What the tests have to know of a system. The suites go over all of them and name none, so a new one needs only this.
 * After each part stand the suites that use it.
 */
import type {
  CallOptions,
  Capabilities,
  Credential,
  Mode,
  PurgeReceipt,
  Receipt,
  Status,
  StopAndWaitOptions,
  StopErrorCode,
  StopOptions,
  SystemOptions,
  WaitReceipt,
  WaitUntilEndedOptions,
} from 'allstop'
import type { OperationContract } from '../contract/table.js'
import type { Fake } from '../support/fakes/serve.js'
import type { Work } from '../support/fakes/work.js'
import type { Recorded, Reply } from '../support/recorder.js'
import type { Kind } from './kind.js'

/** One kind of system. Every key is required: what a system does not have, it says with `undefined` or an empty list. */
export interface SystemFixture<K extends Kind = Kind> {
  readonly kind: K
  /** Its modes, the gentlest first. (contract/fakes, wait, wire/exact) */
  readonly modes: readonly Mode[]
  /** Its generations of API that have targets of their own; one for most. */
  readonly variants: readonly [Variant, ...Variant[]]
  /** It refuses every request without a credential, so that a factory without `auth` warns. (wire/no-credential) */
  readonly needsCredential: boolean
  /** A credential that sends the secret itself in a header. (contract/fakes, and wire through support/bound.ts) */
  credential(secret: string): Credential
  /** Every credential that it takes, by name, made of a secret and of the URL of an endpoint that gives tokens. (systems) */
  readonly credentials: Readonly<Record<string, (secret: string, tokenUrl: string) => Credential>>
  /** Its credential from the environment. (unit/from-env) */
  readonly environment: Environment | undefined
  /** Each operation of the spec: what every documented answer means. (contract, and the typed clients of faults) */
  readonly contract: Readonly<Record<string, OperationContract>>
  /** What it answers to a request that goes well, for the id in the group of the path. (support/answers.ts: wire, wait/join) */
  readonly answers: readonly WellAnswered[]
  /** Every operation that its functions send. (faults; support/is-read.ts: which requests only read) */
  readonly acts: readonly FacadeAct[]
  /** The statuses after which it says to try again. (faults) */
  readonly passing: readonly number[]
  /** What an empty 403 means: a refused credential where a gateway says it in this way, otherwise a missing role. (faults) */
  readonly empty403: StopErrorCode
}

/** A system as the suites see it: any target goes in, and a wrong one is refused at run time. */
export interface LooseSystem {
  readonly kind: Kind
  readonly name: string
  readonly capabilities: Capabilities<Mode>
  readonly client: object
  stop(target: object, options?: StopOptions): Promise<Receipt>
  read(target: object, options?: CallOptions): Promise<Status>
  stopAndWait(target: object, options: LooseWait): Promise<WaitReceipt>
  waitUntilEnded(target: object, options: WaitUntilEndedOptions<never>): Promise<Status>
  purge?(target: object, options?: CallOptions): Promise<PurgeReceipt>
  named(name: string): LooseSystem
}

/** The options of `stopAndWait`, whatever modes the system has. */
type LooseWait = StopOptions &
  Pick<StopAndWaitOptions<Mode, never>, 'deadlineMs' | 'escalateAfterMs' | 'onPhase' | 'poll'>

/** One generation of a system's API. */
export interface Variant {
  /** For titles: the kind, and the generation where there are several. (all) */
  readonly name: string
  /** The system; where one target can be reached in several ways, by that which says most. (all) */
  make(options: SystemOptions): LooseSystem
  /** The work that the examples of the spec are about, with the fields that are required and no other. (all) */
  readonly target: Readonly<Record<string, unknown>>
  /** The same work in another form that its target may have; the target itself if there is only one. (wait/join, wire/exact) */
  readonly sameTarget: object
  /** Other work of the same system. (contract/fakes) */
  readonly other: object
  /** Each field of the target. (wire/exact, wire/hostile-ids) */
  readonly fields: Readonly<Record<string, TargetField>>
  /** The record that a read gets. (wire/strange-answers, which breaks it) */
  readonly record: StateRecord
  /** Exactly what is sent for the target. (wire/exact) */
  readonly wire: Wire
  /** A server that behaves, over a piece of work with a scripted life. (contract/fakes, wait) */
  readonly fake: FakeServer
  /** What is particular about the life of its work and the stops of it. (contract/fakes, wait) */
  readonly lives: Lives
}

interface Environment {
  /** `fromEnv` of the system's entry. */
  from(env: Record<string, string>): Credential
  /** The variables that it needs, each with a value that holds the word `canary` if it is a secret. */
  readonly variables: Readonly<Record<string, string>>
  /** The `authorization` header that comes of them. */
  readonly authorization: RegExp
}

type WellAnswered = readonly [method: string, path: RegExp, answer: (id: string, request: Recorded) => Reply]

export interface FacadeAct {
  readonly name: string
  readonly operationId: string
  /** What a second sending would do. */
  readonly effect: 'none' | 'repeatable' | 'once'
  /** It is for work that has ended, so the operations beside it have to say so. @default false */
  readonly ofEndedWork?: true
  /** Makes the facade send it, against any server. */
  run(options: SystemOptions<never>): Promise<unknown>
  /**
   * What comes of successes that are not quite the documented ones, in the words of the matrix: of a 204, and of a 200
   * without a body. The other faults of this kind come to the same as an empty 200, unless they are named here.
   */
  readonly makesOf: { readonly '204': string; readonly '200 empty': string } & Readonly<Record<string, string>>
}

interface TargetField {
  /** Values that look odd and are valid, each as it must be spelt on the wire. */
  readonly odd: readonly (readonly [value: unknown, spelt: string])[]
  /** The text that stands for it in the request of a stop, as it is spelt there. */
  spelt(request: Recorded): string | undefined
  /** What a text that is accepted has to arrive as. */
  arrivesAs(text: string): string
}

interface StateRecord {
  /** A record of the target. */
  readonly body: Readonly<Record<string, unknown>>
  /** The field of the record that says whose it is. */
  readonly id: string
  /** The fields of the record that are read. */
  readonly fields: readonly string[]
  /** What stands around a record. */
  wrap(record: unknown): unknown
}

/** A request on the wire. Its body is JSON, and the headers that follow from it are not repeated here. */
export interface ExactRequest {
  readonly method: string
  readonly path: string | RegExp
  /** @default `*` of everything */
  readonly accept?: string
  /** @default none */
  readonly body?: string
}

interface Wire {
  /** For each mode. */
  readonly stop: Readonly<Partial<Record<Mode, readonly ExactRequest[]>>>
  readonly read: readonly ExactRequest[]
  /** Undefined where there is no purge. */
  readonly purge: readonly ExactRequest[] | undefined
}

interface FakeServer {
  /**
   * Serves the work of the target, and none else. `forceAfterMs`: how long after a stop it may be forced, where the system
   * has such a time. @default 0
   */
  of(work: Work, forceAfterMs?: number): Fake
  /** Options of the factory with which a wait meets all that the system may do to it. */
  readonly options: object
}

interface Lives {
  /** Work may end without a stop. */
  readonly endsByItself: boolean
  /** It tells the end of a stop from a failure of the work itself. */
  readonly explainsFailure: boolean
  /** What a stop comes to that is taken at once. */
  readonly taken: 'accepted' | 'stopped'
  /** The phase of work while a stop of it takes its time; `running` where the system does not show it. */
  readonly stoppingAs: 'stopping' | 'running'
  /** The phase of work that a stop has ended; `gone` where the record goes with it. */
  readonly stoppedAs: 'stopped' | 'gone'
  /** The phase that a read gives to work of which there is no record. */
  readonly missingAs: 'gone' | 'unknown'
  /** A force is answered when it is done, so that it never takes any time. */
  readonly forcesAtOnce: boolean
  /** The modes in which a second stop may do harm, so that the work must never meet two. */
  readonly harmfulTwice: readonly Mode[]
}
