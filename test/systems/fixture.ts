/** What the tests have to know of a system. The suites go over all of them and name none, so a new one needs only this. */
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
  /** Its name in texts for people. */
  readonly title: string
  /** The name of its factory. */
  readonly factory: string
  /** Its entry of the package, and what that exports beside what all entries have. */
  readonly entry: { load(): Promise<object>; readonly own: readonly string[] }
  /** Its modes, the gentlest first. */
  readonly modes: readonly Mode[]
  /** Its generations of API that have targets of their own; one for most. */
  readonly variants: readonly [Variant, ...Variant[]]
  /** It refuses every request without a credential, so that a factory without `auth` warns. */
  readonly needsCredential: boolean
  /** A credential that sends the secret itself in a header, for suites that need any. */
  credential(secret: string): Credential
  /** Every credential that it takes, by name, made of a secret and of the URL of an endpoint that gives tokens. */
  readonly credentials: Readonly<Record<string, (secret: string, tokenUrl: string) => Credential>>
  /** Its credential that fetches a token, where it has one. */
  readonly token: FetchedToken | undefined
  /** Its credential from the environment. */
  readonly environment: Environment | undefined
  /** Each operation of the spec: what every documented answer means. */
  readonly contract: Readonly<Record<string, OperationContract>>
  /** What it answers to a request that goes well, for the very id that the request names (the group of the path). */
  readonly answers: readonly WellAnswered[]
  /** Every operation that its functions send, for the matrix of faults. */
  readonly acts: readonly FacadeAct[]
  /** The statuses after which it says to try again. */
  readonly passing: readonly number[]
  /** What an empty 403 means: a refused credential where a gateway says it in this way, otherwise a missing role. */
  readonly empty403: StopErrorCode
  /** What its success of a stop says is not established: any JSON that is no error is an order that was taken. */
  readonly takesAnyBody: boolean
  /** The body of an error that has `text` in every field that is read for its code and its words. */
  errorBody(text: string): object
  /** What its failed answers to a stop in the default mode become. */
  readonly failures: readonly FailedAnswer[]
  /** A success of a stop that names the request, where its answers have such an id. */
  readonly named: { readonly answer: ShortAnswer; readonly requestId: string } | undefined
  /** Whatever of its own code reads what a server says, each as a function of a text that may stand anywhere in it. */
  readonly readers: Readonly<Record<string, (text: string) => unknown>>
}

export type ShortAnswer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>]

/** An answer, and fields of the error that it becomes; undefined is a field that is not there. */
type FailedAnswer = readonly [answer: ShortAnswer, shown: Readonly<Record<string, unknown>>]

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
  /** For titles: the kind, and the generation where there are several. */
  readonly name: string
  /** The system, by the generation that says most where there are several ways to reach one target. */
  make(options: SystemOptions): LooseSystem
  /** The work that the examples of the spec are about, with the fields that are required and no other. */
  readonly target: Readonly<Record<string, unknown>>
  /** The field of the target that names the work itself, and so stands for it in one line. */
  readonly idField: string
  /** The same work in another form that its target may have; the target itself if there is only one. */
  readonly sameTarget: object
  /** Other work of the same system. */
  readonly other: object
  /** Each field of the target. */
  readonly fields: Readonly<Record<string, TargetField>>
  /** The record that a read gets, for suites that break it. */
  readonly record: StateRecord
  /** Exactly what is sent for the target. */
  readonly wire: Wire
  /** A server that behaves, over pieces of work with scripted lives. */
  readonly fake: FakeServer
  /** What is particular about the life of its work and the stops of it. */
  readonly lives: Lives
}

interface FetchedToken {
  /** The name of the function that makes the credential. */
  readonly name: string
  make(url: string, secret: string, clock?: () => Date): Credential
  /** How its endpoint gives a token that is valid for an hour from then. */
  gives(token: string, from: Date): Reply
  /** The header in which the token stands, and what stands there before it. */
  readonly header: string
  readonly before: string
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
  readonly effect: 'none' | 'repeatable' | 'harmful'
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
  /** Headers that every request of the system has, beside `accept`. @default none */
  readonly headers?: Readonly<Record<string, string>>
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
