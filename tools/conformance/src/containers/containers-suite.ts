import { say } from '../report'
import type { CaseResult } from '../report'
import { Attempts } from '../store/attempts'
import type { Suite, SuiteEnvironment } from '../suite'
import { proveCluster } from './cluster-cases'
import { ComposeProject } from './compose-project'
import { docker } from './docker'
import { proveImage } from './image-cases'
import { proveStandalone } from './standalone-cases'

/** What containers, networks and volumes are called, so that whoever started us can clean up behind us. */
const project = process.env['ROCKETMQ_CONTAINERS_PROJECT'] ?? 'rocketmq-proof'

/** What docker/ promises, seen from the machine that runs it. Needs docker and the image: `npm run containers`. */
export const containersSuite: Suite = {
  name: 'containers',
  what: 'the clusters of docker/, with the clients of this machine',
  isOnlyRunByName: true,
  run,
}

async function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const attempts = new Attempts(environment)
  const bytes = Number(await docker('image', 'inspect', '--format', '{{.Size}}', 'rocketmq-ts'))
  say(`  the image: ${Math.round(bytes / 1e6)} MB`)
  await proveImage(project, attempts)
  await withProject('compose.standalone.yaml', standalone => proveStandalone(standalone, attempts))
  // Last: a gRPC client of a proxy that was killed leaves a port behind that this process does not try again for a while.
  await withProject('compose.yaml', cluster => proveCluster(cluster, attempts, environment))
  return attempts.results
}

async function withProject(file: string, prove: (running: ComposeProject) => Promise<void>): Promise<void> {
  const running = new ComposeProject(file, project)
  try {
    await prove(running)
  } finally {
    await running.down()
  }
}
