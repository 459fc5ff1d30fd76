import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { SendCommand } from './connected-clients'

/** A client that can be asked. */
export interface AskedClient {
  readonly clientId: string
  readonly sendCommand: SendCommand
}

/** The client has no Telemetry stream now, or leaves while it is asked. */
export class ClientNotReachableError extends RefusedError {
  readonly code = 'RMQ_CLIENT_NOT_REACHABLE'
  readonly responseCode = ResponseCode.CONSUMER_NOT_ONLINE

  constructor(clientId: string) {
    super(`client ${clientId} has no Telemetry stream at this proxy: see whether it runs`)
  }
}

/** The client has been asked, and is silent. */
export class ClientDidNotAnswerError extends RefusedError {
  readonly code = 'RMQ_CLIENT_DID_NOT_ANSWER'
  readonly responseCode = ResponseCode.CONSUME_MSG_TIMEOUT

  constructor(clientId: string, seconds: number) {
    super(`client ${clientId} did not answer in ${seconds} s: grpcProxyRelayRequestTimeoutInSeconds`)
  }
}

/** More questions are open than clients should ever be asked. */
export class TooManyQuestionsError extends RefusedError {
  readonly code = 'RMQ_TOO_MANY_QUESTIONS'
  readonly responseCode = ResponseCode.SYSTEM_BUSY

  constructor() {
    super(`${OPEN_QUESTION_COUNT_MAX} questions to clients are open: ask again later`)
  }
}

interface OpenQuestion {
  readonly clientId: string
  answer(command: v2.TelemetryCommand): void
}

const OPEN_QUESTION_COUNT_MAX = 1000
const MS_PER_SECOND = 1000

/** What clients are asked over their Telemetry streams. Answers come there too, and are known by a nonce. */
export class ClientQuestions {
  private readonly open = new Map<string, OpenQuestion>()
  private asked = 0

  constructor(
    private readonly config: { readonly grpcProxyRelayRequestTimeoutInSeconds: number },
    private readonly deps: { readonly clock: Pick<Clock, 'after'> },
  ) {}

  /** Rejects with ClientNotReachableError, ClientDidNotAnswerError, TooManyQuestionsError. */
  ask(
    { clientId, sendCommand }: AskedClient,
    toCommand: (nonce: string) => v2.TelemetryCommand.$Properties,
  ): Promise<v2.TelemetryCommand> {
    if (this.open.size >= OPEN_QUESTION_COUNT_MAX) return Promise.reject(new TooManyQuestionsError())
    this.asked += 1
    const nonce = String(this.asked)
    const seconds = this.config.grpcProxyRelayRequestTimeoutInSeconds
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        timer.cancel()
        this.open.delete(nonce)
        settle()
      }
      const timer = this.deps.clock.after(seconds * MS_PER_SECOND, () => {
        end(() => reject(new ClientDidNotAnswerError(clientId, seconds)))
      })
      this.open.set(nonce, { clientId, answer: command => end(() => resolve(command)) })
      if (!sendCommand(toCommand(nonce))) end(() => reject(new ClientNotReachableError(clientId)))
    })
  }

  /** A client says something that is not about its settings: it may be the answer to an open question of its own. */
  onAnswer(clientId: string, command: v2.TelemetryCommand): void {
    const question = this.open.get(nonceOf(command) ?? '')
    if (question?.clientId === clientId) question.answer(command)
  }
}

/** Node's client answers by the question itself, with a status. */
function nonceOf({
  threadStackTrace,
  verifyMessageResult,
  printThreadStackTraceCommand,
  verifyMessageCommand,
}: v2.TelemetryCommand): string | undefined {
  const answer = threadStackTrace ?? verifyMessageResult ?? printThreadStackTraceCommand ?? verifyMessageCommand
  return answer?.nonce ?? undefined
}
