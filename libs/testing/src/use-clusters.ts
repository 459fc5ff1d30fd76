import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { Cluster } from './cluster'
import type { ClusterOptions } from './cluster'

/** Call once at the top of a test file: what it starts is stopped, and its files removed, after each test. */
export function useClusters(): { start(options?: Omit<ClusterOptions, 'folder'>): Promise<Cluster> } {
  const clusters: Cluster[] = []
  afterEach(async () => {
    await Promise.all(clusters.splice(0).map(cluster => cluster.stop()))
  })
  const makeFolder = useTemporaryFolders() // after the hook above: Jest runs them in this order
  return {
    async start(options = {}) {
      const cluster = await Cluster.create({ ...options, folder: makeFolder() })
      clusters.push(cluster)
      await cluster.start()
      return cluster
    },
  }
}
