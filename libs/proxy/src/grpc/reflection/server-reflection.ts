import type { Log } from '@rocketmq-ts/base'
import type { GrpcCall } from '../calls/grpc-call'
import type { GrpcService, MessageListener, ServeMessages } from '../calls/served'

export interface ServerReflectionDeps {
  /** The full names of what is served beside it. */
  readonly services: readonly string[]
  readonly log: Log
}

const VERSIONS = ['v1', 'v1alpha'] as const

/**
 * `ServerReflection`, by which tools call methods without having .proto files. Few ever ask: the descriptors, and what reads
 * the questions, are loaded with the first one.
 */
export function serverReflection({ services: others, log }: ServerReflectionDeps): readonly GrpcService[] {
  const names = VERSIONS.map(version => `grpc.reflection.${version}.ServerReflection`)
  const services = [...others, ...names]
  const serve: ServeMessages = call => new Questions(call, services, log)
  return names.map(name => ({ name, methods: new Map([[`/${name}/ServerReflectionInfo`, { messages: serve }]]) }))
}

/** Of one call, answered in their order. */
class Questions implements MessageListener {
  private answered: Promise<void> = Promise.resolve()

  constructor(
    private readonly call: GrpcCall,
    private readonly services: readonly string[],
    private readonly log: Log,
  ) {
    call.begin()
  }

  onMessage(question: Buffer): void {
    this.then(async () => {
      const { reflectionAnswers } = await import('./reflection-answers')
      this.call.write(reflectionAnswers(this.services)(question))
    })
  }

  onEnd(): void {
    this.then(() => this.call.end())
  }

  onClose(): void {
    // What is still asked is answered to nobody.
  }

  private then(act: () => Promise<void> | void): void {
    this.answered = this.answered.then(act).catch((err: unknown) => {
      this.log.debug({ err }, 'questions about services break off')
      this.call.refuseWith(err)
    })
  }
}
