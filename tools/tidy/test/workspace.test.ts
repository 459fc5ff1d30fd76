import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as path from 'node:path'

const root = path.resolve(__dirname, '../../..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
const projects = ['apps', 'libs', 'tools'].flatMap(folder =>
  readdirSync(path.join(root, folder)).map(name => path.posix.join(folder, name)),
)
const sources = projects.flatMap(project => [
  ...typescriptFiles(`${project}/src`),
  ...typescriptFiles(`${project}/test`),
])
const shipped = sources.filter(file => file.includes('/src/'))

function typescriptFiles(folder: string): readonly string[] {
  if (!existsSync(path.join(root, folder))) return []
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return typescriptFiles(name)
    return name.endsWith('.ts') && !name.includes('/generated/') ? [name] : []
  })
}

test('every lib says in one screen what it is', () => {
  const libs = projects.filter(project => project.startsWith('libs/'))
  const lineCounts = libs.map(lib => [
    lib,
    existsSync(path.join(root, lib, 'README.md')) ? read(`${lib}/README.md`).split('\n').length : 0,
  ])
  expect(lineCounts.filter(([, lineCount]) => lineCount === 0 || Number(lineCount) > 60)).toEqual([])
})

test('every project with code has a layer and a scope, by which its imports are judged', () => {
  const rules = read('eslint.config.mjs')
  const untagged = projects.filter(project => {
    if (typescriptFiles(`${project}/src`).length === 0) return false
    const { tags = [] } = JSON.parse(read(`${project}/project.json`)) as { tags?: readonly string[] }
    return tags.length !== 2 || !tags.every(tag => rules.includes(`may('${tag}'`))
  })
  expect(untagged).toEqual([])
})

test('every project that can be tested has tests of its own', () => {
  const untested = projects.filter(project => {
    const description = `${project}/project.json`
    if (!existsSync(path.join(root, description))) return false
    const { targets = {} } = JSON.parse(read(description)) as { targets?: object }
    return 'test' in targets && !sources.some(file => file.startsWith(`${project}/test/`) && file.endsWith('.test.ts'))
  })
  expect(untested).toEqual([])
})

test('what a lib exports is written out by name', () => {
  expect(sources.filter(file => /^export \*|^export default/m.test(read(file)))).toEqual([])
})

test('a file is named for what is in it', () => {
  const vague = /\/(utils?|helpers?|common|types?|constants?|impl|misc)\.ts$/
  expect(sources.filter(file => vague.test(file))).toEqual([])
})

test('every source file is reached from an entry of its project', () => {
  const entries = projects.flatMap(project =>
    [
      'src/index.ts',
      'src/main.ts',
      'src/testing/index.ts',
      'src/grpc/index.ts',
      'src/grpc/channelz/index.ts',
      'src/grpc/reflection/index.ts',
    ]
      .map(name => `${project}/${name}`)
      .filter(name => shipped.includes(name)),
  )
  const reached = new Set<string>()
  const toVisit = [...entries]
  for (let file = toVisit.pop(); file !== undefined; file = toVisit.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    toVisit.push(...importsOf(file))
  }
  const isOfARunnable = (file: string): boolean => !file.startsWith('tools/') // tools have several entries
  expect(shipped.filter(file => isOfARunnable(file) && !reached.has(file))).toEqual([])
})

function importsOf(file: string): readonly string[] {
  return [...read(file).matchAll(/(?:from |import |import\()'(\.[^']+)'/g)].flatMap(([, relative = '']) => {
    const target = path.posix.join(path.posix.dirname(file), relative)
    return [`${target}.ts`, `${target}.d.ts`, `${target}/index.ts`].filter(name => shipped.includes(name))
  })
}

test('no test is skipped, and none keeps the others from running', () => {
  const tests = sources.filter(file => file.endsWith('.test.ts') && file !== 'tools/tidy/test/workspace.test.ts')
  expect(
    tests.filter(file => /\b(test|it|describe)\.(skip|only|todo)\b|\bx(test|it|describe)\(/.test(read(file))),
  ).toEqual([])
})

test('nothing is installed from an address that only some can reach', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "http/)
})

/** Longer than one wants to read in one go. May get shorter or leave the list; nothing joins it. */
const longFiles: Readonly<Record<string, number>> = {
  'libs/protocol/src/frame/response-head.ts': 261,
  'libs/protocol/src/index.ts': 324,
  'libs/remoting/src/remoting-connection.ts': 314,
  'libs/store/src/consume-queue/file-consume-queue.ts': 290,
}
const LINES_WANTED_MAX = 250

test('files get no longer', () => {
  const tooLong = shipped
    .filter(file => !file.includes('/src/testing/')) // measured as tests are
    .map(file => ({ file, lineCount: read(file).split('\n').length - 1 }))
    .filter(({ file, lineCount }) => lineCount > (longFiles[file] ?? LINES_WANTED_MAX))
  expect(tooLong).toEqual([])
})

test('the list of long files has none that are short by now', () => {
  const short = Object.keys(longFiles).filter(file => read(file).split('\n').length - 1 <= LINES_WANTED_MAX)
  expect(short).toEqual([])
})
