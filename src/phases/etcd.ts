import type { Phase } from '../core/phase.ts'
import { etcdPod } from '../manifests/etcd.ts'
import type { ControlPlaneContext } from './context.ts'
import { writeManifest } from './write-manifest.ts'

export const etcd: Phase<ControlPlaneContext> = {
  name: 'etcd',
  summary: 'Write the static Pod of etcd',
  when: ({ configuration }) => configuration.cluster.etcd.local !== undefined,
  phases: [{
    name: 'local',
    summary: 'The first member of an etcd cluster, on this node',
    run: async ({ configuration, host }) => {
      const pod = etcdPod(configuration)
      const dataDir = configuration.cluster.etcd.local?.dataDir
      if (pod === undefined || dataDir === undefined) return
      await host.files.makeDirectory(dataDir, 0o700)
      await writeManifest(host, pod)
    },
  }],
}
