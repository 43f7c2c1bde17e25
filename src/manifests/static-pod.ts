import type { V1EnvVar, V1PodSpec, V1Probe } from '@kubernetes/client-node'
import type { KubernetesObject } from '../cluster/cluster.ts'
import { milliseconds } from '../config/duration.ts'
import type { Argument, EnvironmentVariable, HostPathMount } from '../config/v1beta4.ts'

/** A Pod that the kubelet runs from a file in its manifest folder. */
export interface StaticPod extends KubernetesObject {
  readonly kind: 'Pod'
  readonly spec: V1PodSpec
}

/** A component's process, its probes and its files; the rest of a static Pod is the same for all. */
interface Component {
  readonly name: string
  readonly image: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly environment: readonly V1EnvVar[]
  readonly requests: Readonly<Record<string, string>>
  readonly probes: Probes
  /** In the order of the mounts. */
  readonly volumes: readonly HostPathMount[]
}

interface Probes {
  /** Paths of the HTTP checks; a component without `readiness` counts as ready when it runs. */
  readonly liveness: string
  readonly readiness?: string
  readonly startup: string
  /** Absent: the Pod's own address, for a component that listens on all. */
  readonly host: string | undefined
  readonly port: number
  readonly scheme: 'HTTP' | 'HTTPS'
  /** Go duration that the component may take to come up. */
  readonly startupTimeout: string
}

/** The Pod around a control-plane component. */
export function staticPod(component: Component): StaticPod {
  const { name, image, annotations, command, environment, requests, probes, volumes } = component
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'kube-system',
      labels: { component: name, tier: 'control-plane' },
      ...annotations && { annotations },
    },
    spec: {
      containers: [{
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: [...command],
        ...environment.length > 0 && { env: [...environment] },
        ports: [{ name: 'probe-port', containerPort: probes.port, protocol: 'TCP' }],
        resources: { requests },
        livenessProbe: { ...check(probes, probes.liveness), initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 8 },
        ...probes.readiness !== undefined &&
          { readinessProbe: { ...check(probes, probes.readiness), periodSeconds: 1, failureThreshold: 3 } },
        startupProbe: {
          ...check(probes, probes.startup),
          initialDelaySeconds: 10,
          periodSeconds: 10,
          failureThreshold: Math.max(1, Math.ceil(milliseconds(probes.startupTimeout) / 10_000)),
        },
        volumeMounts: volumes.map(({ name, mountPath, readOnly }) => ({ name, mountPath, ...readOnly && { readOnly } })),
      }],
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      volumes: byName(volumes).map(({ name, hostPath, pathType }) => ({ name, hostPath: { path: hostPath, type: pathType ?? '' } })),
    },
    status: {},
  }
}

function check({ host, scheme }: Probes, path: string): V1Probe {
  return { httpGet: { ...host !== undefined && { host }, path, port: 'probe-port', scheme }, timeoutSeconds: 15 }
}

/**
 * A program and its flags: the defaults sorted, then the operator's in the order given. A flag that the operator gives
 * replaces every default of that name; the operator may repeat one.
 */
export function command(program: string, defaults: Readonly<Record<string, string>>, extra: readonly Argument[]): readonly string[] {
  const given = new Set(extra.map(({ name }) => name))
  const kept = Object.entries(defaults).filter(([name]) => !given.has(name)).map(([name, value]) => `--${name}=${value}`)
  return [program, ...kept.toSorted(), ...extra.map(({ name, value }) => `--${name}=${value}`)]
}

/** The value the program will use of a flag that the operator gave: the last one. */
export function argument(extra: readonly Argument[], name: string): string | undefined {
  return extra.findLast(argument => argument.name === name)?.value
}

/** Variables sorted by name; of two with one name the later counts. */
export function environment(...lists: readonly (readonly EnvironmentVariable[])[]): readonly V1EnvVar[] {
  return byName(lists.flat())
}

/** Sorted by name; of two with one name the later counts. */
export function byName<Item extends { readonly name: string }>(items: readonly Item[]): readonly Item[] {
  const last = new Map(items.map(item => [item.name, item]))
  return [...last.values()].toSorted((one, other) => one.name < other.name ? -1 : 1)
}

/** Where a probe reaches a component that listens on an address: undefined, the Pod's own, when that is every address. */
export function probeHost(listenAddress: string): string | undefined {
  return ['0.0.0.0', '::'].includes(listenAddress) ? undefined : listenAddress
}

/** The loopback address of the family that an address has. */
export function loopback(address: string): '127.0.0.1' | '::1' {
  return address.includes(':') ? '::1' : '127.0.0.1'
}
