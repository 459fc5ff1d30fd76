import { Transform } from 'node:stream'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { handleBidiStreamingCall } from '@grpc/grpc-js'
import type { Log } from '@rocketmq-ts/base'
import { nameOf } from '../grpc-server'
import type { GrpcService } from '../grpc-server'

export interface ServerReflectionDeps {
  /** The full names of what is served beside it. */
  readonly services: readonly string[]
  readonly log: Log
}

const VERSIONS = ['v1', 'v1alpha'] as const

const asIs = (bytes: Buffer): Buffer => bytes

/**
 * `ServerReflection`, by which tools call methods without having .proto files. Few ever ask: the descriptors, and what reads
 * the questions, are loaded with the first one.
 */
export function serverReflection({ services: others, log }: ServerReflectionDeps): readonly GrpcService[] {
  const definitions = VERSIONS.map(definitionOf)
  const services = [...others, ...definitions.map(definition => nameOf({ definition }))]
  const serve: handleBidiStreamingCall<Buffer, Buffer> = call => {
    answerQuestions(call as unknown as Duplex, services).catch((err: unknown) => {
      log.debug({ err }, 'questions about services break off')
      call.emit('error', err) // ends the call with a status, if anybody still waits for it
    })
  }
  return definitions.map(definition => ({ definition, implementation: { ServerReflectionInfo: serve } }))
}

async function answerQuestions(call: Duplex, services: readonly string[]): Promise<void> {
  const { reflectionAnswers } = await import('./reflection-answers')
  const answer = reflectionAnswers(services)
  const answers = new Transform({
    objectMode: true,
    transform: (question: Buffer, _encoding, done) => done(null, answer(question)),
  })
  await pipeline(call, answers, call)
}

function definitionOf(version: (typeof VERSIONS)[number]): GrpcService['definition'] {
  return {
    ServerReflectionInfo: {
      path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      requestStream: true,
      responseStream: true,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  }
}
