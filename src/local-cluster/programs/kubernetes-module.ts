/**
 * The go.mod that builds Kubernetes from published modules. Kubernetes' own one requires its parts as `v0.0.0` and takes
 * them from its folder `staging`, which the module proxy leaves out; they are published apart, as `v0.36.3` for
 * Kubernetes `v1.36.3`.
 */
export function kubernetesModule(version: string, upstream: string): string {
  const parts = [...upstream.matchAll(/^\s*(k8s\.io\/\S+) v0\.0\.0$/gm)].map(match => match[1] as string)
  const partVersion = version.replace(/^v1\./, 'v0.')
  const go = upstream.match(/^go (\S+)$/m)?.[1] ?? '1.26.0'
  return [
    'module kubeadm/programs/kubernetes', '',
    `go ${go}`, '',
    `require k8s.io/kubernetes ${version}`, '',
    'replace (', ...parts.map(name => `\t${name} => ${name} ${partVersion}`), ')', '',
  ].join('\n')
}
