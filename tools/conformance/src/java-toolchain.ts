import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { workspaceRoot } from '@rocketmq-ts/testing'

const execute = promisify(execFile)
const javaFolder = path.join(workspaceRoot, 'tools/conformance/java')
const cacheFolder =
  process.env['ROCKETMQ_CONFORMANCE_CACHE'] ?? path.join(os.homedir(), '.cache/rocketmq-ts/conformance')

/** The published release and our scenarios, ready to run. */
export interface JavaToolchain {
  /** The jars of RocketMQ's client, tools, NameServer and broker, and of all they need. */
  readonly jarFolder: string
  /** Those of its proxy. */
  readonly proxyJarFolder: string
  /** Jars and compiled scenarios. */
  readonly classPath: string
}

/** Java or Maven is missing: the suite cannot prove anything, and says so instead of skipping. */
export class MissingToolError extends Error {}

/** Fetches the release once, compiles the scenarios when they changed. Throws MissingToolError. */
export async function prepareJava(say: (line: string) => void): Promise<JavaToolchain> {
  await requireTool('java', ['-version'], 'a JDK of version 17 or newer')
  await requireTool('javac', ['-version'], 'a JDK of version 17 or newer')
  const jarFolder = await fetchJars('jars', 'pom.xml', say)
  const grpcClientFolder = await fetchJars('grpc-client', 'grpc-client/pom.xml', say)
  const proxyJarFolder = await fetchJars('proxy', 'proxy/pom.xml', say)
  const folders = [grpcClientFolder, jarFolder] // what it has shaded counts, not what servers have of the same name
  const classFolder = await compileScenarios(folders, say)
  const classPath = [...folders.map(folder => path.join(folder, '*')), classFolder].join(path.delimiter)
  return { jarFolder, proxyJarFolder, classPath }
}

async function requireTool(command: string, args: readonly string[], what: string): Promise<void> {
  try {
    await execute(command, args)
  } catch (cause) {
    throw new MissingToolError(`The conformance suite runs the real Java clients: install ${what} (no ${command}).`, {
      cause,
    })
  }
}

async function fetchJars(name: string, pomFile: string, say: (line: string) => void): Promise<string> {
  const pom = path.join(javaFolder, pomFile)
  return cached(name, [readFileSync(pom)], async folder => {
    await requireTool('mvn', ['-version'], 'Maven')
    say(`fetching the published Java release: ${name}`)
    await execute('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`])
  })
}

async function compileScenarios(jarFolders: readonly string[], say: (line: string) => void): Promise<string> {
  const sourceFolder = path.join(javaFolder, 'src/conformance')
  const sources = readdirSync(sourceFolder).map(name => path.join(sourceFolder, name))
  return cached('classes', [...jarFolders, ...sources.map(source => readFileSync(source))], async folder => {
    say('compiling the scenarios')
    const classPath = jarFolders.map(jars => path.join(jars, '*')).join(path.delimiter)
    await execute('javac', ['-nowarn', '-proc:none', '-cp', classPath, '-d', folder, ...sources])
  })
}

/** The folder that `fill` filled for these inputs, now or in an earlier run; a run that died half-way leaves none. */
async function cached(
  name: string,
  inputs: readonly (string | Buffer)[],
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256')
  for (const input of inputs) hash.update(input).update('\0')
  const folder = path.join(cacheFolder, `${name}-${hash.digest('hex').slice(0, 16)}`)
  const marker = path.join(folder, '.complete')
  if (existsSync(marker)) return folder
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  await fill(unfinished)
  writeFileSync(path.join(unfinished, '.complete'), '')
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
  return existsSync(marker) ? folder : unfinished
}
