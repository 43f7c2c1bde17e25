import { paths } from '../config/paths.ts'
import { toYaml } from '../config/yaml.ts'
import type { Host } from '../host/host.ts'
import type { StaticPod } from '../manifests/static-pod.ts'

/** Puts a static Pod where the kubelet finds it. */
export async function writeManifest(host: Host, pod: StaticPod): Promise<void> {
  await host.files.write(`${paths.manifests}/${pod.metadata.name}.yaml`, toYaml(pod), { mode: 0o600, directoryMode: 0o700 })
}
