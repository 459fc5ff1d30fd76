import { once } from 'node:events'
import { Client, credentials, Metadata, status } from '@grpc/grpc-js'
import { adminService, healthService, messagingService, v2 } from '@rocketmq-ts/protocol/grpc'
import { reflection } from '@rocketmq-ts/protocol/grpc/reflection'
import { Root } from 'protobufjs'
import * as descriptor from 'protobufjs/ext/descriptor'
import { useGrpcFaces } from '../../support/grpc-face'

type Question = reflection.ServerReflectionRequest.$Properties
type Answer = reflection.ServerReflectionResponse

/** As JSON has it. */
interface FileJson {
  readonly messageType: readonly {
    readonly name: string
    readonly field: readonly { readonly name: string; readonly typeName?: string }[]
    readonly nestedType: unknown
    readonly oneofDecl: readonly unknown[]
  }[]
}

const asIs = (bytes: Buffer): Buffer => bytes
const PATH = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'
const faces = useGrpcFaces()
const clients: Client[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

/** A tool: it knows of services what they say of themselves. */
async function startedTool(): Promise<Client> {
  const { face, broker } = await faces.face()
  broker.topics.set('T', {})
  const client = new Client(face.address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })
  clients.push(client)
  return client
}

async function ask(client: Client, questions: readonly (Question | Buffer)[], path = PATH): Promise<Answer[]> {
  const call = client.makeBidiStreamRequest(
    path,
    (question: Question | Buffer) =>
      Buffer.isBuffer(question) ? question : Buffer.from(reflection.ServerReflectionRequest.encode(question).finish()),
    bytes => reflection.ServerReflectionResponse.decode(bytes),
  )
  for (const question of questions) call.write(question)
  call.end()
  const answers: Answer[] = []
  for await (const answer of call) answers.push(answer as Answer)
  return answers
}

async function typesOf(client: Client, symbol: string, path?: string): Promise<Root> {
  const [answer] = await ask(client, [{ fileContainingSymbol: symbol }], path)
  const file = answer?.fileDescriptorResponse?.fileDescriptorProto?.map(bytes =>
    descriptor.FileDescriptorProto.decode(bytes),
  )
  return Root.fromDescriptor(descriptor.FileDescriptorSet.encode({ file: file! }).finish())
}

test.each(['v1', 'v1alpha'])('by %s every service is listed, and found with all of its methods', async version => {
  const path = PATH.replace('v1', version)
  const client = await startedTool()
  const [answer] = await ask(client, [{ host: 'here', listServices: '*' }], path)
  expect(answer).toMatchObject({ validHost: 'here', originalRequest: { listServices: '*' } })
  const names = answer?.listServicesResponse?.service?.map(({ name }) => name ?? '') ?? []
  expect(names).toEqual([
    'apache.rocketmq.v2.MessagingService',
    'apache.rocketmq.v2.Admin',
    'grpc.health.v1.Health',
    'grpc.channelz.v1.Channelz',
    'grpc.reflection.v1.ServerReflection',
    'grpc.reflection.v1alpha.ServerReflection',
  ])
  const methods = new Map<string, unknown>()
  for (const name of names) {
    const { methodsArray } = (await typesOf(client, name, path)).lookupService(name)
    for (const { name: method, requestStream = false, responseStream = false } of methodsArray) {
      methods.set(`/${name}/${method}`, { requestStream, responseStream })
    }
  }
  const served = { ...messagingService, ...adminService, ...healthService }
  for (const { path: method, requestStream, responseStream } of Object.values(served)) {
    expect([method, methods.get(method)]).toEqual([method, { requestStream, responseStream }])
  }
})

test('a tool that knows only what the server says calls a method', async () => {
  const client = await startedTool()
  const types = await typesOf(client, 'apache.rocketmq.v2.MessagingService.QueryRoute')
  const method = types.lookupService('apache.rocketmq.v2.MessagingService').methods['QueryRoute']!
  method.resolve()
  const { resolvedRequestType, resolvedResponseType } = method
  const metadata = new Metadata()
  metadata.set('x-mq-client-id', 'tool')
  const answer = await new Promise<object>((resolve, reject) => {
    client.makeUnaryRequest(
      '/apache.rocketmq.v2.MessagingService/QueryRoute',
      (request: object) => Buffer.from(resolvedRequestType!.encode(request).finish()),
      bytes => resolvedResponseType!.decode(bytes),
      { topic: { name: 'T' } },
      metadata,
      (error, value) => (error === null ? resolve(value as object) : reject(error)),
    )
  })
  expect(answer).toMatchObject({ status: { code: v2.Code.OK }, messageQueues: [0, 1, 2, 3].map(id => ({ id })) })
})

test('types are told as protoc tells them: by their full names, entries of maps by theirs', async () => {
  const client = await startedTool()
  const [answer] = await ask(client, [{ fileContainingSymbol: 'apache.rocketmq.v2.Message' }])
  const file = descriptor.FileDescriptorProto.decode(answer!.fileDescriptorResponse!.fileDescriptorProto![0]!)
  const { messageType } = file.toJSON() as unknown as FileJson
  const message = messageType.find(({ name }) => name === 'Message')
  const types = message?.field.map(({ name, typeName }) => [name, typeName])
  expect(types).toEqual([
    ['topic', '.apache.rocketmq.v2.Resource'],
    ['user_properties', '.apache.rocketmq.v2.Message.UserPropertiesEntry'],
    ['system_properties', '.apache.rocketmq.v2.SystemProperties'],
    ['body', undefined],
  ])
  expect(message?.nestedType).toMatchObject([{ name: 'UserPropertiesEntry', options: { mapEntry: true } }])
  const settings = messageType.find(({ name }) => name === 'Settings')
  expect(settings?.oneofDecl[0]).toEqual({ name: 'pub_sub' }) // those of optional members follow, or tools refuse the file
})

test('who leaves in the middle of its questions is missed by nobody', async () => {
  const client = await startedTool()
  const call = client.makeBidiStreamRequest(PATH, asIs, asIs)
  call.write(Buffer.alloc(0))
  await once(call, 'data')
  const left = once(call, 'error')
  call.cancel()
  expect(await left).toMatchObject([{ code: status.CANCELLED }])
  const [answer] = await ask(client, [{ fileByFilename: 'nothing.proto' }])
  expect(answer?.errorResponse?.errorCode).toBe(status.NOT_FOUND)
})

test('what is not there is refused by an answer, and the questions go on', async () => {
  const client = await startedTool()
  const answers = await ask(client, [
    { fileContainingSymbol: 'apache.rocketmq.v2.Nothing' },
    { fileByFilename: 'nothing.proto' },
    { fileContainingExtension: { containingType: 'apache.rocketmq.v2.Message', extensionNumber: 100 } },
    { allExtensionNumbersOfType: 'apache.rocketmq.v2.Nothing' },
    {},
    Buffer.from([0xff]),
    { allExtensionNumbersOfType: 'apache.rocketmq.v2.Message' },
    { fileByFilename: 'google/protobuf/timestamp.proto' },
  ])
  const { NOT_FOUND, INVALID_ARGUMENT } = status
  expect(answers.map(({ errorResponse }) => errorResponse?.errorCode)).toEqual([
    ...[NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND, INVALID_ARGUMENT, INVALID_ARGUMENT],
    ...[undefined, undefined],
  ])
  const [extensions, file] = answers.slice(-2)
  expect(extensions?.allExtensionNumbersResponse?.extensionNumber).toEqual([])
  expect(file?.fileDescriptorResponse?.fileDescriptorProto).toHaveLength(1)
})
