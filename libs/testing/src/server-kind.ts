import { existsSync } from 'node:fs'
import * as path from 'node:path'
import type { Properties } from './properties-file'
import type { ServerLaunch } from './server-process'

export interface ServerFiles {
  readonly name: string
  /** Store, configuration and logs; ROCKETMQ_HOME. */
  readonly home: string
  readonly configFile: string
}

/** How to run the servers of one implementation; all read Java's configuration files. */
export interface ServerKind {
  readonly name: 'ours' | 'java'
  nameServer(files: ServerFiles): ServerLaunch
  broker(files: ServerFiles): ServerLaunch
  /** In front of the brokers that this NameServer knows. */
  proxy(files: ServerFiles, namesrvAddr: string): ServerLaunch
}

/** The root of the workspace: where `bin/` and `dist/` are. Searched upwards, as this file may be part of a bundle. */
export const workspaceRoot = findWorkspaceRoot(__dirname)

function findWorkspaceRoot(folder: string): string {
  if (existsSync(path.join(folder, 'nx.json'))) return folder
  const parent = path.dirname(folder)
  if (parent === folder) throw new Error(`no workspace above ${__dirname}`)
  return findWorkspaceRoot(parent)
}

/** The path of an executable of this workspace. Throws when the workspace has not been built. */
export function builtExecutable(name: string): string {
  if (!existsSync(path.join(workspaceRoot, 'dist', `${name}.cjs`))) {
    throw new Error(`dist/${name}.cjs is missing: run "npm run build" first`)
  }
  return path.join(workspaceRoot, 'bin', name)
}

/** The apps of this workspace, as they have been built. */
export const ourServers: ServerKind = {
  name: 'ours',
  nameServer: files => builtServer('mqnamesrv', files, ['-c', files.configFile]),
  broker: files => builtServer('mqbroker', files, ['-c', files.configFile]),
  proxy: (files, namesrvAddr) => builtServer('mqproxy', files, proxyFlags(files, namesrvAddr)),
}

const proxyFlags = ({ configFile }: ServerFiles, namesrvAddr: string): readonly string[] => [
  ...['-pm', 'cluster', '-n', namesrvAddr, '-pc', configFile],
]

function builtServer(executable: string, { name, home }: ServerFiles, args: readonly string[]): ServerLaunch {
  return {
    name: `${name} (${executable})`,
    command: builtExecutable(executable),
    args,
    // As with Java's user.home: the NameServer keeps its name-value pairs below it.
    environment: { ROCKETMQ_HOME: home, HOME: home },
    servesPattern: /boot success/,
  }
}

export interface JavaRelease {
  /** Folder with the published jars of the servers and all they need. */
  readonly jarFolder: string
  readonly heap?: string
  readonly systemProperties?: Properties
}

/** Netty and RocketMQ reach into these; the release's own start scripts open them as well. */
const OPENED_MODULES = [
  '--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED',
  '--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
]

/** Java's own servers: the reference that ours are measured by. */
export function javaServers({ jarFolder, heap = '512m', systemProperties = {} }: JavaRelease): ServerKind {
  const definitions = Object.entries(systemProperties).map(([key, value]) => `-D${key}=${value}`)
  const launch = (mainClass: string, { name, home }: ServerFiles, flags: readonly string[]): ServerLaunch => ({
    name: `${name} (Java)`,
    command: 'java',
    args: [
      ...[
        `-Xms${heap}`,
        `-Xmx${heap}`,
        '-XX:MaxDirectMemorySize=1g',
        `-Duser.home=${home}`,
        ...definitions,
        ...OPENED_MODULES,
      ],
      ...['-cp', path.join(jarFolder, '*'), mainClass, ...flags],
    ],
    environment: { ROCKETMQ_HOME: home },
    servesPattern: /boot success|startup successfully/,
  })
  return {
    name: 'java',
    nameServer: files => launch('org.apache.rocketmq.namesrv.NamesrvStartup', files, ['-c', files.configFile]),
    broker: files => launch('org.apache.rocketmq.broker.BrokerStartup', files, ['-c', files.configFile]),
    proxy: (files, namesrvAddr) =>
      launch('org.apache.rocketmq.proxy.ProxyStartup', files, proxyFlags(files, namesrvAddr)),
  }
}
