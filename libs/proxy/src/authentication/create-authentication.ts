import * as path from 'node:path'
import { ConfigError, inOrder } from '@rocketmq-ts/base'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import type { ProxyConfig } from '../proxy-config'
import { Authenticator } from './authenticator'
import { CredentialsFile } from './credentials-file'
import { JwtUsers } from './jwt/jwt-users'
import type { JwtConfig } from './jwt/jwt-users'

export interface Authentication extends Component {
  /** Null: it is switched off, and whoever reaches the proxy may use it. */
  readonly authenticator: Authenticator | null
}

type Config = JwtConfig &
  Pick<ProxyConfig, 'authenticationEnabled' | 'authenticationFile' | 'authenticationWhitelist' | 'rocketmqHome'>

export interface AuthenticationDeps {
  readonly disk: Pick<Disk, 'readText'>
  readonly clock: Pick<Clock, 'every' | 'nowMs'>
  readonly log: Log
}

/** Who callers are is asked at every door of the proxy, if it is switched on. Throws ConfigError. */
export function createAuthentication(config: Config, deps: AuthenticationDeps): Authentication {
  const hasJwt = config.authenticationJwtSecretFile !== '' || config.authenticationJwtKeyFile !== ''
  requireWhole(config, hasJwt)
  if (!config.authenticationEnabled) {
    return { authenticator: null, start: () => Promise.resolve(), stop: () => Promise.resolve() }
  }
  const mayBeMissing = hasJwt && config.authenticationFile === ''
  const file = new CredentialsFile(pathOf(config), { ...deps, mayBeMissing, onChange: () => authenticator.forget() })
  const jwtUsers = hasJwt ? new JwtUsers(config, { ...deps, onChange: () => authenticator.lookAgain() }) : null
  const open = config.authenticationWhitelist.split(',').map(name => name.trim())
  const authenticator = new Authenticator(file, new Set(open.filter(name => name !== '')), jwtUsers)
  const component = inOrder(jwtUsers === null ? [file] : [file, jwtUsers])
  return { authenticator, start: () => component.start(), stop: () => component.stop() }
}

/** What stands there for nothing was meant to guard something. */
function requireWhole(config: Config, hasJwt: boolean): void {
  if (hasJwt && !config.authenticationEnabled) {
    throw new ConfigError([
      'authenticationJwtKeyFile, authenticationJwtSecretFile: they want authenticationEnabled=true',
    ])
  }
  const { authenticationJwtIssuer: issuer, authenticationJwtAudience: audience } = config
  if (!hasJwt && (issuer !== '' || audience !== '')) {
    throw new ConfigError([
      'authenticationJwtIssuer, authenticationJwtAudience: they want authenticationJwtKeyFile or authenticationJwtSecretFile',
    ])
  }
}

function pathOf({ authenticationFile, rocketmqHome }: Config): string {
  return authenticationFile === '' ? path.join(rocketmqHome, 'conf', 'users.json') : authenticationFile
}
