import { fileDescriptors, reflection } from '@rocketmq-ts/protocol/grpc/reflection'
import { GrpcStatus } from '../calls/grpc-status'

type Request = reflection.ServerReflectionRequest
type Answer = reflection.ServerReflectionResponse.$Properties
type FileDescriptor = (typeof fileDescriptors)[number]

const byName = new Map<string, FileDescriptor>(fileDescriptors.map(file => [file.name, file]))
const bySymbol = new Map<string, FileDescriptor>(
  fileDescriptors.flatMap(file => file.symbols.map((symbol): [string, FileDescriptor] => [symbol, file])),
)

/** What a question is answered with, from and to bytes. `services`: the full names of what is served. */
export function reflectionAnswers(services: readonly string[]): (question: Buffer) => Buffer {
  return question => {
    const request = read(question)
    const answer: Answer =
      request === null
        ? refusal(GrpcStatus.INVALID_ARGUMENT, 'the question cannot be read')
        : { validHost: request.host, originalRequest: request, ...answerOf(request, services) }
    return Buffer.from(reflection.ServerReflectionResponse.encode(answer).finish())
  }
}

function read(question: Buffer): Request | null {
  try {
    return reflection.ServerReflectionRequest.decode(question)
  } catch {
    return null // which is answered
  }
}

function answerOf(request: Request, services: readonly string[]): Answer {
  switch (request.messageRequest) {
    case 'listServices':
      return { listServicesResponse: { service: services.map(name => ({ name })) } }
    case 'fileByFilename':
      return filesOrRefusal('file', request.fileByFilename ?? '', byName)
    case 'fileContainingSymbol':
      return filesOrRefusal('symbol', request.fileContainingSymbol ?? '', bySymbol)
    case 'fileContainingExtension':
      return refusal(GrpcStatus.NOT_FOUND, 'there are no extensions here')
    case 'allExtensionNumbersOfType':
      return noExtensionsOf(request.allExtensionNumbersOfType ?? '')
    default:
      return refusal(GrpcStatus.INVALID_ARGUMENT, 'the request asks for nothing')
  }
}

function filesOrRefusal(what: string, name: string, files: ReadonlyMap<string, FileDescriptor>): Answer {
  const file = files.get(name)
  if (file === undefined) return refusal(GrpcStatus.NOT_FOUND, `no ${what} ${name} here`)
  const fileDescriptorProto = [...withImports(file)].map(({ bytes }) => Buffer.from(bytes, 'base64'))
  return { fileDescriptorResponse: { fileDescriptorProto } }
}

function withImports(file: FileDescriptor, found = new Set<FileDescriptor>()): ReadonlySet<FileDescriptor> {
  found.add(file)
  for (const name of file.imports) {
    const imported = byName.get(name)
    if (imported !== undefined && !found.has(imported)) withImports(imported, found)
  }
  return found
}

function noExtensionsOf(type: string): Answer {
  if (!bySymbol.has(type)) return refusal(GrpcStatus.NOT_FOUND, `no type ${type} here`)
  return { allExtensionNumbersResponse: { baseTypeName: type, extensionNumber: [] } }
}

function refusal(errorCode: GrpcStatus, errorMessage: string): Answer {
  return { errorResponse: { errorCode, errorMessage } }
}
