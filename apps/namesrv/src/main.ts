import { createNamesrv, loadNamesrvConfig } from '@rocketmq-ts/namesrv'
import { startLogging } from '@rocketmq-ts/observability'
import { configFileOf, namesrvBootLine, printWhatIsAsked, readFlags, runApp, serviceFlags } from '@rocketmq-ts/shell'

/** `mqnamesrv`: a NameServer. */
void runApp(async context => {
  const flags = readFlags(context.args, serviceFlags)
  const config = loadNamesrvConfig({ file: configFileOf(flags), environment: context.environment }, context)
  if (printWhatIsAsked({ usage: 'mqnamesrv [flags]', known: serviceFlags, given: flags, config }, context)) return null

  const { log, flush } = await startLogging('namesrv', config)
  const namesrv = createNamesrv(config, { ...context, log })
  return {
    component: namesrv,
    log,
    flush,
    bootLines: () => [namesrvBootLine(config.values, namesrv.address)],
  }
})
