import * as path from 'node:path'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import type { ProxyConfig } from '../proxy-config'
import { Authenticator } from './authenticator'
import { CredentialsFile } from './credentials-file'

export interface Authentication extends Component {
  /** Null: it is switched off, and whoever reaches the proxy may use it. */
  readonly authenticator: Authenticator | null
}

type Config = Pick<
  ProxyConfig,
  'authenticationEnabled' | 'authenticationFile' | 'authenticationWhitelist' | 'rocketmqHome'
>

export interface AuthenticationDeps {
  readonly disk: Pick<Disk, 'readText'>
  readonly clock: Pick<Clock, 'every'>
  readonly log: Log
}

/** Who callers are is asked at every door of the proxy, if it is switched on. */
export function createAuthentication(config: Config, deps: AuthenticationDeps): Authentication {
  if (!config.authenticationEnabled) {
    return { authenticator: null, start: () => Promise.resolve(), stop: () => Promise.resolve() }
  }
  const file = new CredentialsFile(pathOf(config), { ...deps, onChange: () => authenticator.forget() })
  const open = config.authenticationWhitelist.split(',').map(name => name.trim())
  const authenticator = new Authenticator(file, new Set(open.filter(name => name !== '')))
  return { authenticator, start: () => file.start(), stop: () => file.stop() }
}

function pathOf({ authenticationFile, rocketmqHome }: Config): string {
  return authenticationFile === '' ? path.join(rocketmqHome, 'conf', 'users.json') : authenticationFile
}
