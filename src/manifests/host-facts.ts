import type { ControlPlane, EnvironmentVariable, HostPathMount } from '../config/v1beta4.ts'
import type { Host } from '../host/host.ts'
import { byName } from './static-pod.ts'

/** What of the machine shows in static Pods. */
export interface HostFacts {
  /** Those of `optionalCADirectories` that exist. */
  readonly caDirectories: readonly string[]
  /** The proxy variables of this process. */
  readonly proxies: readonly EnvironmentVariable[]
  /** The cluster's CA certificate is here but its key is not: somebody else signs. */
  readonly externalCA: boolean
}

/** Where distributions keep CA certificates besides /etc/ssl/certs, whose links lead there. */
export const optionalCADirectories = [
  '/etc/pki/ca-trust', '/etc/pki/tls/certs', '/etc/ca-certificates', '/usr/share/ca-certificates', '/usr/local/share/ca-certificates',
] as const

/** Looks at the machine for what its static Pods depend on. */
export async function hostFacts(host: Host, { cluster }: ControlPlane): Promise<HostFacts> {
  const exists = async (path: string) => await host.files.status(path) !== undefined
  const present = await Promise.all(optionalCADirectories.map(exists))
  const [certificate, key] = await Promise.all(['ca.crt', 'ca.key'].map(name => exists(`${cluster.certificatesDir}/${name}`)))
  return {
    caDirectories: optionalCADirectories.filter((_, index) => present[index]),
    proxies: proxyVariables(host.machine.environment()),
    externalCA: certificate === true && key === false,
  }
}

/** The variables that name proxies, in any case of letters (`HTTPS_PROXY`, `no_proxy`), sorted by name. */
export function proxyVariables(environment: Readonly<Record<string, string | undefined>>): readonly EnvironmentVariable[] {
  return byName(Object.entries(environment).flatMap(([name, value = '']) =>
    value !== '' && name.toLowerCase().endsWith('_proxy') ? [{ name, value }] : []))
}

/** The folders that programs which trust the system's CAs have mounted, and the cluster's own certificates. */
export function certificateVolumes(certificatesDir: string, { caDirectories }: HostFacts): readonly HostPathMount[] {
  return [
    readOnlyFolder('ca-certs', '/etc/ssl/certs'),
    readOnlyFolder('k8s-certs', certificatesDir),
    ...caDirectories.map(path => readOnlyFolder(path.slice(1).replaceAll('/', '-'), path)),
  ]
}

/** A folder of the machine, made when it is missing, at the same path in the container. */
export function readOnlyFolder(name: string, path: string): HostPathMount {
  return { name, hostPath: path, mountPath: path, readOnly: true, pathType: 'DirectoryOrCreate' }
}

/** A component's kubeconfig at the same path in its container. */
export function kubeconfigVolume(path: string): HostPathMount {
  return { name: 'kubeconfig', hostPath: path, mountPath: path, readOnly: true, pathType: 'FileOrCreate' }
}
