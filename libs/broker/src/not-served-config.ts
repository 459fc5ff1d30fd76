import { z } from 'zod'

const notServed = (what: string) => z.enum(['false']).default('false').describe(`${what} is not served yet`)

/**
 * Keys that must not be ignored: who asks for authentication or for a second copy must not get a broker that only looks
 * as if it had them. Their other values are refused.
 */
export const notServedConfigSchema = z.object({
  authenticationEnabled: notServed('authentication'),
  authorizationEnabled: notServed('authorization'),
  enableControllerMode: notServed('failover by a controller'),
  enableDLegerCommitLog: notServed('DLedger'),
  brokerRole: z.enum(['ASYNC_MASTER', 'SYNC_MASTER']).default('ASYNC_MASTER').describe('SLAVE is not served yet'),
  inSyncReplicas: z.enum(['1']).default('1').describe('slaves are not served yet'),
  minInSyncReplicas: z.enum(['1']).default('1').describe('slaves are not served yet'),
})
