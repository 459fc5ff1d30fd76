import { advertise, createBroker, loadBrokerConfig } from '@rocketmq-ts/broker'
import { startLogging } from '@rocketmq-ts/observability'
import {
  brokerBootLine,
  configFileOf,
  printWhatIsAsked,
  readFlags,
  readLocalNetwork,
  runApp,
  serviceFlags,
} from '@rocketmq-ts/shell'

/** `mqbroker`: a broker. */
void runApp(async context => {
  const flags = readFlags(context.args, serviceFlags)
  const namesrvAddr = flags.get('namesrvAddr')
  const overrides = typeof namesrvAddr === 'string' ? { namesrvAddr } : {}
  const config = loadBrokerConfig({ file: configFileOf(flags), environment: context.environment, overrides }, context)
  if (printWhatIsAsked({ usage: 'mqbroker [flags]', known: serviceFlags, given: flags, config }, context)) return null

  const { log, flush } = await startLogging('broker', config)
  advertise(config, { network: readLocalNetwork(context), log })
  const broker = createBroker(config, { ...context, log })
  return { component: broker, log, flush, bootLines: () => [brokerBootLine(config.values, broker.address)] }
})
