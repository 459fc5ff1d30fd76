import { renewalsContract } from './renewals-contract'
import { RenewalsHub } from './renewals-hub'

let hub: RenewalsHub
beforeEach(() => void (hub = new RenewalsHub()))

renewalsContract(() => Promise.resolve(hub.proxy()))
