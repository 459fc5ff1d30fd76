/** What protoc makes of .proto files: the descriptors by which a server tells tools what it serves. */
import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'

const { Enum, Namespace, Root, Service, Type } = protobuf

/** The standard types: protobufjs has them without files. */
const isStandard = file => file.startsWith('google/protobuf/')

/**
 * Of each of `files` in `folder` and of all that they import: its name, what it imports, the full names in it, and its
 * FileDescriptorProto.
 */
export async function fileDescriptorsOf(folder, files) {
  const described = new Map()
  const waiting = [...files]
  while (waiting.length > 0) {
    const file = waiting.shift()
    if (described.has(file)) continue
    const one = await fileDescriptorOf(folder, file)
    described.set(file, one)
    waiting.push(...one.imports)
  }
  return [...described.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function fileDescriptorOf(folder, name) {
  const root = new Root()
  root.resolvePath = (_, target) => path.join(folder, target)
  await root.load(name, { keepCase: true })
  root.resolveAll()
  const file = isStandard(name) ? null : path.join(folder, name)
  const imports = file === null ? [] : (protobuf.parse(readFileSync(file, 'utf8')).imports ?? [])
  const own = everythingIn(root).filter(one => one.filename === file && !(one.parent instanceof Type))
  const namespaces = new Set(own.map(({ parent }) => parent.fullName.slice(1)))
  if (namespaces.size !== 1) throw new Error(`${name} has no package, or more than one`)
  const bytes = descriptor.FileDescriptorProto.encode({
    name,
    package: [...namespaces][0],
    dependency: imports,
    messageType: own.filter(one => one instanceof Type).map(messageDescriptor),
    enumType: own.filter(one => one instanceof Enum).map(one => one.toDescriptor()),
    service: own.filter(one => one instanceof Service).map(one => one.toDescriptor()),
    syntax: 'proto3',
  }).finish()
  return { name, imports, symbols: own.flatMap(symbolsOf), bytes }
}

function everythingIn(namespace) {
  return namespace.nestedArray.flatMap(one =>
    one instanceof Type || one instanceof Enum || one instanceof Service ? [one] : everythingIn(one),
  )
}

function symbolsOf(one) {
  const inside = one instanceof Service ? one.methodsArray : one instanceof Namespace ? one.nestedArray : []
  return [one.fullName.slice(1), ...inside.flatMap(symbolsOf)]
}

/** protobufjs names types as they were written, and entries of maps in its own way: protoc says where each type is. */
function messageDescriptor(type) {
  const message = type.toDescriptor('proto3')
  message.nestedType = [
    ...type.nestedArray.filter(one => one instanceof Type).map(messageDescriptor),
    ...message.nestedType.filter(({ options }) => options?.mapEntry),
  ]
  for (const [index, field] of message.field.entries()) {
    const { resolvedType, map } = type.fieldsArray[index].resolve()
    if (map) nameEntry(field, { message, type, resolvedType })
    else if (resolvedType) field.typeName = resolvedType.fullName
  }
  declareOneofsFirst(message)
  return message
}

/** Before those that stand for an optional member each, as readers demand it. */
function declareOneofsFirst(message) {
  const optionals = new Set(message.field.filter(field => field.proto3Optional).map(field => field.oneofIndex))
  const indices = message.oneofDecl.map((_, index) => index)
  const order = [...indices.filter(index => !optionals.has(index)), ...optionals]
  message.oneofDecl = order.map(index => message.oneofDecl[index])
  for (const field of message.field) {
    if (Object.hasOwn(field, 'oneofIndex')) field.oneofIndex = order.indexOf(field.oneofIndex)
  }
}

function nameEntry(field, { message, type, resolvedType }) {
  const entry = message.nestedType.find(({ name }) => name === field.typeName)
  entry.name = `${field.name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase())}Entry`
  if (resolvedType) entry.field.find(({ name }) => name === 'value').typeName = resolvedType.fullName
  field.typeName = `${type.fullName}.${entry.name}`
}
