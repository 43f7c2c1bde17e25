import type { Argument, EnvironmentVariable, HostPathMount, InitPlan } from '../v1beta4.ts'
import type { FieldPath, Rule, Violation } from './rule.ts'

export function argumentViolations(args: readonly Argument[], list: FieldPath): readonly Violation[] {
  return args.flatMap(({ name, value }, index): readonly Violation[] => [
    ...name === '' ? [{ field: [...list, index, 'name'] as const, what: 'is empty.', fix: 'Name the argument, without dashes, for example v.' }] : [],
    ...name !== '' && !/^[A-Za-z0-9][\w.-]*$/.test(name) ? [{
      field: [...list, index, 'name'] as const, what: `"${name}" is no name of an argument.`,
      fix: `Write it without dashes before it, blanks and "=", for example ${name.replace(/^-+/, '').replace(/[^\w.-].*$/s, '') || 'v'}.`,
    }] : [],
    ...value.includes('\0') ? [{ field: [...list, index, 'value'] as const, what: 'has a NUL character.', fix: 'Leave it out.' }] : [],
  ])
}

function environmentViolations(variables: readonly EnvironmentVariable[], list: FieldPath): readonly Violation[] {
  return variables.flatMap(({ name, value, valueFrom }, index): readonly Violation[] => [
    ...name === '' || /[=\0]/.test(name) ? [{
      field: [...list, index, 'name'] as const, what: `"${name}" is no name of an environment variable.`, fix: 'Give it a name such as HTTPS_PROXY.',
    }] : [],
    ...value !== undefined && valueFrom !== undefined ? [{
      field: [...list, index] as const, what: 'has both a value and a valueFrom.', fix: 'Keep one of them.',
    }] : [],
  ])
}

function volumeViolations(volumes: readonly HostPathMount[], list: FieldPath): readonly Violation[] {
  return volumes.flatMap(({ name, hostPath, mountPath }, index): readonly Violation[] => [
    .../^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) ? [] : [{
      field: [...list, index, 'name'] as const, what: `"${name}" is no name of a volume.`,
      fix: 'Write up to 63 lower-case letters, digits and "-".',
    }],
    ...volumes.findIndex(other => other.name === name) < index ? [{
      field: [...list, index, 'name'] as const, what: `"${name}" is the name of an earlier volume, too.`, fix: 'Give each volume a name of its own.',
    }] : [],
    ...([['hostPath', hostPath], ['mountPath', mountPath]] as const).flatMap(([key, path]) => path.startsWith('/') ? [] : [{
      field: [...list, index, key] as const, what: `"${path}" is not an absolute path.`, fix: 'Write the whole path, from /.',
    }]),
  ])
}

/** Extra arguments, environment variables and volumes of the static Pods. */
export const extrasWellFormed: Rule<InitPlan> = ({ cluster }) => [
  ...(['apiServer', 'controllerManager', 'scheduler'] as const).flatMap(component => {
    const at = (name: string): FieldPath => ['ClusterConfiguration', component, name]
    return [
      ...argumentViolations(cluster[component].extraArgs, at('extraArgs')),
      ...environmentViolations(cluster[component].extraEnvs, at('extraEnvs')),
      ...volumeViolations(cluster[component].extraVolumes, at('extraVolumes')),
    ]
  }),
  ...cluster.etcd.local === undefined ? [] : [
    ...argumentViolations(cluster.etcd.local.extraArgs, ['ClusterConfiguration', 'etcd', 'local', 'extraArgs']),
    ...environmentViolations(cluster.etcd.local.extraEnvs, ['ClusterConfiguration', 'etcd', 'local', 'extraEnvs']),
  ],
]
