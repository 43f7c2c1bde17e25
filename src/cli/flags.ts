import type { Options } from 'yargs'

const list = { type: 'string', array: true, coerce: (values: readonly string[] | undefined) => values?.flatMap(value => value.split(',')).filter(value => value !== '') } as const

/** Every flag once, by its name on the command line; commands pick from here. */
export const flags = {
  'apiserver-advertise-address': { type: 'string', describe: 'Address the API server tells others to use (default: that of the default route)' },
  'apiserver-bind-port': { type: 'number', describe: 'Port the API server listens on (default 6443)' },
  'apiserver-cert-extra-sans': { ...list, describe: 'More names and addresses for the API server\'s certificate' },
  'cert-dir': { type: 'string', describe: 'Where certificates are kept (default /etc/kubernetes/pki)' },
  'cleanup-tmp-dir': { type: 'boolean', describe: 'Remove /etc/kubernetes/tmp too' },
  'cluster-role': { type: 'string', describe: 'ClusterRole the user gets (default cluster-admin)' },
  'assets': { type: 'string', describe: 'Folder of packed programs to use instead of downloads (also: KUBEADM_ASSETS)' },
  'config': { type: 'string', describe: 'Configuration file (kubeadm.k8s.io/v1beta4)' },
  'control-plane-endpoint': { type: 'string', describe: 'Stable address of the control plane, host or host:port' },
  'cri-socket': { type: 'string', describe: 'Endpoint of the container runtime (default: the one that is found)' },
  'description': { type: 'string', describe: 'What the token is for' },
  'discovery-token': { type: 'string', describe: 'Token that validates the cluster\'s information' },
  'discovery-token-ca-cert-hash': { ...list, describe: 'Pin of the cluster\'s CA, sha256:<hex>; only pinned certificates are trusted' },
  'discovery-token-unsafe-skip-ca-verification': { type: 'boolean', describe: 'Join without a pin, trusting the token\'s signature alone' },
  'expires': { type: 'string', describe: 'How long the user\'s certificate is valid, such as 8h or 30d (default 365d)' },
  'feature-gates': { type: 'string', describe: 'Feature gates, name=true|false,…' },
  'force': { type: 'boolean', alias: 'f', describe: 'Do not ask' },
  'groups': { ...list, describe: 'Groups of whoever authenticates with the token' },
  'ignore-preflight-errors': { ...list, describe: 'Checks whose errors become warnings, or all' },
  'image-repository': { type: 'string', describe: 'Registry of the control plane\'s images (default registry.k8s.io)' },
  'kubeconfig': { type: 'string', default: '/etc/kubernetes/admin.conf', describe: 'Kubeconfig of an administrator' },
  'kubeconfig-dir': { type: 'string', default: '/etc/kubernetes', describe: 'Folder of the kubeconfigs' },
  'kubernetes-version': { type: 'string', describe: 'Version of the control plane (default: the kubelet\'s)' },
  'name': { type: 'string', default: 'kube', describe: 'Name of the local cluster, the prefix of its nodes' },
  'namespace': { ...list, alias: 'n', describe: 'Namespaces the role is given in' },
  'node-name': { type: 'string', describe: 'Name of the Node object (default: the host name)' },
  'no-restart': { type: 'boolean', describe: 'Leave the Pods alone that hold old certificates' },
  'num-nodes': { type: 'number', default: 2, describe: 'Number of nodes beside the master' },
  'output': { type: 'string', alias: 'o', choices: ['text', 'json'], default: 'text', describe: 'Form of the output' },
  'pod-network-cidr': { type: 'string', describe: 'Range of Pod addresses; when given every node gets a part of it' },
  'programs': { type: 'string', choices: ['folder', 'release', 'build'], describe: 'Where Kubernetes\' programs come from: a folder, the official downloads, or a build from their Go modules (default: the first that has them)' },
  'print-join-command': { type: 'boolean', describe: 'Print the whole command for a node that joins' },
  'role': { type: 'string', describe: 'Role (or ClusterRole) the user gets in the namespaces' },
  'service-cidr': { type: 'string', describe: 'Range of Service addresses (default 10.96.0.0/12)' },
  'service-dns-domain': { type: 'string', describe: 'Domain of Services (default cluster.local)' },
  'skip-phases': { ...list, describe: 'Phases to leave out' },
  'tls-bootstrap-token': { type: 'string', describe: 'Token for the kubelet\'s certificate request' },
  'token': { type: 'string', describe: 'Bootstrap token, [a-z0-9]{6}.[a-z0-9]{16}' },
  'token-ttl': { type: 'string', describe: 'Life of the token (default 24h); 0 never ends' },
  'ttl': { type: 'string', default: '24h0m0s', describe: 'Life of the token; 0 never ends' },
  'usages': { ...list, describe: 'What the token is good for: signing, authentication' },
} as const satisfies Record<string, Options>

export type FlagName = keyof typeof flags

/** The chosen flags, for yargs. */
export function pick(...names: readonly FlagName[]): Record<string, Options> {
  return Object.fromEntries(names.map(name => [name, flags[name]]))
}

/** Of a flag that takes one value and was given several the last counts, so that a script's flag can be overridden behind it. */
export function lastOfEach(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => {
    const flag: Options | undefined = (flags as Readonly<Record<string, Options>>)[name]
    return [name, Array.isArray(value) && flag !== undefined && flag.array !== true ? value.at(-1) : value]
  }))
}

/** Parsed flags by their names in camelCase, only those that were given or have a default. */
export function camelCase(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values)
    .filter(([name, value]) => name in flags && value !== undefined)
    .map(([name, value]) => [name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]))
}
