import { paths } from '../config/paths.ts'
import type { ComponentConfiguration, NodeRegistration } from '../config/v1beta4.ts'
import { toYaml } from '../config/yaml.ts'
import { argument, command } from './static-pod.ts'

/**
 * The line of kubeadm-flags.env, which systemd reads into the kubelet's command line. A worker registers itself with its
 * taints; a control plane gets its own from the mark-control-plane phase.
 */
export function kubeletFlags(
  { name, taints, kubeletExtraArgs }: NodeRegistration, hostname: string, role: 'control-plane' | 'worker',
): string {
  const defaults = {
    ...name !== hostname && { 'hostname-override': name },
    ...role === 'worker' && taints.length > 0 &&
      { 'register-with-taints': taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).join(',') },
  }
  const [, ...flags] = command('kubelet', defaults, kubeletExtraArgs)
  return `KUBELET_KUBEADM_ARGS=${JSON.stringify(flags.join(' '))}\n`
}

/** Where the kubelet keeps the certificate and key that it renews by itself, PEM in one file. */
export function clientCertificate({ kubeletExtraArgs }: NodeRegistration): string {
  const folder = argument(kubeletExtraArgs, 'cert-dir')
  return folder === undefined ? paths.kubeletClientCertificate : `${folder}/kubelet-client-current.pem`
}

/** instance-config.yaml: what of the kubelet's configuration is this machine's own and never uploaded. */
export function instanceConfig({ criSocket }: NodeRegistration): string {
  return toYaml({ containerRuntimeEndpoint: criSocket })
}

/** config.yaml: the cluster's configuration of kubelets with this machine's own part over it. */
export function kubeletConfig(shared: ComponentConfiguration, { criSocket }: NodeRegistration): string {
  return toYaml({ ...shared, containerRuntimeEndpoint: criSocket })
}
