import type { V1DaemonSetSpec, V1PodSpec } from '@kubernetes/client-node'
import type { KubernetesObject } from '../cluster/cluster.ts'
import { controlPlaneUrl } from '../config/endpoint.ts'
import type { EnvironmentVariable, InitPlan } from '../config/v1beta4.ts'
import { imagesOf } from '../config/versions.ts'
import { toYaml } from '../config/yaml.ts'
import { configMap } from './config-maps.ts'
import { bootstrapTokens, clusterRoleBinding, configMapReaders, serviceAccount } from './rbac.ts'

const labels = { 'k8s-app': 'kube-proxy' }
const configFolder = '/var/lib/kube-proxy'
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** kube-proxy on every node, with the proxy variables that init was started with. */
export function kubeProxy(plan: InitPlan, proxies: readonly EnvironmentVariable[]): readonly KubernetesObject[] {
  const metadata = { name: 'kube-proxy', namespace: 'kube-system' }
  const data = { 'config.conf': toYaml(plan.kubeProxy), 'kubeconfig.conf': toYaml(kubeconfig(controlPlaneUrl(plan))) }
  return [
    configMap('kube-proxy', data, { generated: plan.generated.kubeProxy, labels: { app: 'kube-proxy' } }),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    clusterRoleBinding('kubeadm:node-proxier', 'system:node-proxier', [serviceAccount('kube-proxy')]),
    ...configMapReaders('kube-proxy', 'kube-system', 'kube-proxy', [bootstrapTokens]),
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { ...metadata, labels },
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: 'RollingUpdate' },
        template: { metadata: { labels }, spec: podSpec(imagesOf(plan.cluster).proxy, proxies) },
      } satisfies V1DaemonSetSpec,
    },
  ]
}

function podSpec(image: string, proxies: readonly EnvironmentVariable[]): V1PodSpec {
  return {
    serviceAccountName: 'kube-proxy',
    priorityClassName: 'system-node-critical',
    hostNetwork: true,
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ operator: 'Exists' }],
    containers: [{
      name: 'kube-proxy',
      image,
      imagePullPolicy: 'IfNotPresent',
      command: ['/usr/local/bin/kube-proxy', `--config=${configFolder}/config.conf`, '--hostname-override=$(NODE_NAME)'],
      env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }, ...proxies],
      securityContext: { privileged: true },
      volumeMounts: [
        { name: 'kube-proxy', mountPath: configFolder },
        { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
        { name: 'lib-modules', mountPath: '/lib/modules', readOnly: true },
      ],
    }],
    volumes: [
      { name: 'kube-proxy', configMap: { name: 'kube-proxy' } },
      { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
      { name: 'lib-modules', hostPath: { path: '/lib/modules' } },
    ],
  }
}

/** kube-proxy makes the cluster's own addresses work, so it cannot use them: it goes to the control plane's endpoint. */
function kubeconfig(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'default', cluster: { 'certificate-authority': `${accountFolder}/ca.crt`, server } }],
    contexts: [{ name: 'default', context: { cluster: 'default', namespace: 'default', user: 'default' } }],
    'current-context': 'default',
    users: [{ name: 'default', user: { tokenFile: `${accountFolder}/token` } }],
  }
}
