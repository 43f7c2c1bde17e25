import type { NodeRegistration } from '../v1beta4.ts'
import { argumentViolations } from './arguments.ts'
import type { FieldPath, Violation } from './rule.ts'
import { isSubdomain } from './text.ts'

/** What holds for the node's own part, in an InitConfiguration and a JoinConfiguration alike. */
export function nodeViolations(node: NodeRegistration, kind: string): readonly Violation[] {
  const at = (...path: (string | number)[]): FieldPath => [kind, 'nodeRegistration', ...path]
  return [
    ...isSubdomain(node.name) ? [] : [{
      field: at('name'), what: `"${node.name}" is no name for a node: lower-case letters, digits, "-" and "." only, 253 at most.`,
      fix: 'Name the node, for example --node-name=node-1, or rename the machine: hostnamectl set-hostname node-1',
    }],
    ...criSocketViolations(node.criSocket, at('criSocket')),
    ...ignoredChecks(node.ignorePreflightErrors, at('ignorePreflightErrors')),
    ...argumentViolations(node.kubeletExtraArgs, at('kubeletExtraArgs')),
    ...node.kubeletExtraArgs.flatMap(({ value }, index) => /["'\\\s]/.test(value) ? [{
      field: at('kubeletExtraArgs', index, 'value'),
      what: 'has quotes, backslashes or blanks, which do not survive the environment file that systemd reads for the kubelet.',
      fix: 'Set it in a KubeletConfiguration document instead, or leave those characters out.',
    }] : []),
    ...node.taints.flatMap(({ key }, index) => /^([a-z0-9.-]+\/)?[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?$/.test(key) ? [] : [{
      field: at('taints', index, 'key'), what: `"${key}" is no key for a taint.`, fix: 'Write a key such as example.com/dedicated.',
    }]),
  ]
}

export function criSocketViolations(criSocket: string, field: FieldPath): readonly Violation[] {
  return /^unix:\/\/\/\S+$/.test(criSocket) ? [] : [{
    field, what: `"${criSocket}" is not the socket of a container runtime.`,
    fix: 'Write its path, for example unix:///var/run/containerd/containerd.sock',
  }]
}

export function ignoredChecks(names: readonly string[], field: FieldPath): readonly Violation[] {
  return names.length > 1 && names.some(name => name.toLowerCase() === 'all') ? [{
    field, what: 'names "all" and single checks together.', fix: 'Name either "all" or the checks.',
  }] : []
}
