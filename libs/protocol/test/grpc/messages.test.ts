/**
 * The official client keeps its messages in a global of its own.
 * @jest-environment-options {"globalsCleanup": "off"}
 */
import { spawnSync } from 'node:child_process'
import * as path from 'node:path'
import * as protobuf from 'protobufjs'
import * as definition from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/definition_pb'
import * as service from 'rocketmq-client-nodejs/proto/apache/rocketmq/v2/service_pb'
import {
  adminService,
  durationOfMs,
  messagingService,
  msOfDuration,
  msOfTimestamp,
  timestampOfMs,
  v2,
} from '../../src/grpc'

const root = path.resolve(__dirname, '../../../..')
const protos = { ours: 'libs/protocol/proto', official: 'node_modules/rocketmq-client-nodejs/proto' } as const
const ours = contractIn(path.join(root, protos.ours))
const official = contractIn(path.join(root, protos.official))

function contractIn(folder: string, service = 'service'): protobuf.Namespace {
  const contract = new protobuf.Root()
  const standard = contract.resolvePath.bind(contract)
  contract.resolvePath = (origin, target) =>
    target.startsWith('apache/') ? path.join(folder, target) : standard(origin, target)
  return contract
    .loadSync(`apache/rocketmq/v2/${service}.proto`)
    .resolveAll()
    .lookup('apache.rocketmq.v2') as protobuf.Namespace
}

function typesOf(contract: protobuf.Namespace): readonly protobuf.Type[] {
  return contract.nestedArray.filter(one => one instanceof protobuf.Type)
}

/** What clients know that are newer than the official one here. */
const newer = { code: 'INVALID_CLIENT_PROPERTIES', settings: 'clientProperties' } as const

interface Shape {
  readonly options?: unknown
  readonly nested: Record<string, { fields?: Record<string, { readonly id: number }>; values?: Record<string, number> }>
}

/** Every message, member, number, type, presence, enum value and method: without comments, and without what is newer. */
function shapeOf(contract: protobuf.Namespace): unknown {
  const { nested } = JSON.parse(JSON.stringify(contract.toJSON({ keepComments: false }))) as Shape
  delete nested['Code']?.values?.[newer.code]
  delete nested['Settings']?.fields?.[newer.settings]
  return nested
}

/** A message in which every member is set, of a oneof the last one, to what is not its default. */
function filled(type: protobuf.Type, depth = 0): Record<string, unknown> {
  const chosen = new Map<unknown, string>()
  for (const field of type.fieldsArray) chosen.set(field.partOf ?? field, field.name)
  return Object.fromEntries(
    type.fieldsArray
      .filter(field => field.name !== newer.settings && chosen.get(field.partOf ?? field) === field.name)
      .map(field => {
        const value = valueOf(field, depth)
        if (field instanceof protobuf.MapField) return [field.name, { key: value }]
        return [field.name, field.repeated ? [value, value] : value]
      }),
  )
}

function valueOf(field: protobuf.Field, depth: number): unknown {
  const { resolvedType } = field
  if (resolvedType instanceof protobuf.Type) return depth < 9 ? filled(resolvedType, depth + 1) : {}
  if (resolvedType instanceof protobuf.Enum) return Object.values(resolvedType.values).at(-1)
  switch (field.type) {
    case 'string':
      return `the ${field.name}`
    case 'bytes':
      return Buffer.from([0, 1, 255])
    case 'bool':
      return true
    case 'float':
      return 1.5
    default:
      return 1_000_000_007 + field.id
  }
}

interface Codec {
  encode(message: object): { finish(): Uint8Array }
  decode(bytes: Uint8Array): object
}

interface OfficialClass {
  deserializeBinary(bytes: Uint8Array): { serializeBinary(): Uint8Array }
}

const ourClasses = v2 as unknown as Readonly<Record<string, Codec>>
const officialClasses = { ...definition, ...service } as unknown as Readonly<Record<string, OfficialClass>>

test('the generated code is what the .proto files make', () => {
  const script = path.join(root, 'tools/build/proto.mjs')
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('messages, enums and methods are those of the official client', () => {
  expect(shapeOf(ours)).toEqual(shapeOf(official))
})

test.each(typesOf(official).map(type => type.name))('%s has the bytes of the official client', name => {
  const bytes = Buffer.from(ourClasses[name]!.encode(filled(ours.lookupType(name))).finish())
  const again = Buffer.from(officialClasses[name]!.deserializeBinary(bytes).serializeBinary())
  expect(again.toString('hex')).toBe(bytes.toString('hex'))
  const reread = Buffer.from(ourClasses[name]!.encode(ourClasses[name]!.decode(again)).finish())
  expect(reread.toString('hex')).toBe(bytes.toString('hex'))
})

test('every method of the service is known, with its messages and its streams', () => {
  expect(methodsOf('MessagingService', messagingService)).toEqual(methodsIn(official, 'MessagingService'))
})

test('so is every method for administrators', () => {
  expect(methodsOf('Admin', adminService)).toEqual(
    methodsIn(contractIn(path.join(root, protos.ours), 'admin'), 'Admin'),
  )
})

function methodsIn(contract: protobuf.Namespace, service: string): unknown {
  return contract
    .lookupService(service)
    .methodsArray.map(method => [
      method.name,
      method.resolvedRequestType?.name,
      method.resolvedResponseType?.name,
      method.requestStream ?? false,
      method.responseStream ?? false,
    ])
}

interface KnownMethod {
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  readonly requestDeserialize: (bytes: Buffer) => object
  readonly responseDeserialize: (bytes: Buffer) => object
}

function methodsOf(service: string, known: Readonly<Record<string, KnownMethod>>): unknown {
  return Object.entries(known).map(([name, { path: at, requestStream, responseStream, ...codecs }]) => {
    expect(at).toBe(`/apache.rocketmq.v2.${service}/${name}`)
    const [request, response] = [
      codecs.requestDeserialize(Buffer.alloc(0)),
      codecs.responseDeserialize(Buffer.alloc(0)),
    ]
    return [name, classNameOf(request), classNameOf(response), requestStream, responseStream]
  })
}

test('of Admin, the official client has one method: ours has its bytes', () => {
  const { levels, path: at } = { levels: v2.ChangeLogLevelRequest.Level, path: adminService.ChangeLogLevel.path }
  const theirs = contractIn(path.join(root, protos.official), 'admin')
  const { values } = theirs.lookupEnum('ChangeLogLevelRequest.Level')
  expect(Object.entries(values)).toEqual(Object.entries(levels).filter(([name]) => Number.isNaN(Number(name))))
  const [method] = theirs.lookupService('Admin').methodsArray
  expect(at).toBe(`/apache.rocketmq.v2.Admin/${method?.name}`)
  const request = theirs.lookupType('ChangeLogLevelRequest')
  const bytes = adminService.ChangeLogLevel.requestSerialize({ level: levels.WARN })
  expect(request.toObject(request.decode(bytes))).toEqual({ level: values['WARN'] })
})

function classNameOf(message: object): string {
  return Object.entries(v2).find(([, value]) => (value as unknown) === message.constructor)?.[0] ?? ''
}

test('what is not set is told from what is set to nothing', () => {
  const { tag, priority } = v2.SystemProperties.decode(v2.SystemProperties.encode({ tag: '' }).finish())
  expect([tag, priority]).toEqual(['', null])
})

test('times and durations keep their milliseconds, before the epoch and below zero too', () => {
  for (const ms of [0, 1, 999, 1000, 1_700_000_000_123, -1, -1001]) {
    expect(msOfTimestamp(timestampOfMs(ms))).toBe(ms)
    expect(msOfDuration(durationOfMs(ms))).toBe(ms)
    expect(timestampOfMs(ms).nanos).toBeGreaterThanOrEqual(0)
  }
  expect(
    msOfTimestamp(
      v2.Settings.decode(v2.Settings.encode({ requestTimeout: durationOfMs(3500) }).finish()).requestTimeout,
    ),
  ).toBe(3500)
  expect(msOfDuration(null)).toBeNull()
})
