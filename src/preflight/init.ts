import { parseAddress, parseCidr } from '../config/ip.ts'
import { paths } from '../config/paths.ts'
import type { InitPlan } from '../config/v1beta4.ts'
import { images, newestVersion } from '../config/versions.ts'
import type { Emit } from '../core/event.ts'
import type { Host } from '../host/host.ts'
import { runChecks, type Check } from './check.ts'
import { externalEtcdClientCertificates, externalEtcdVersion } from './etcd.ts'
import { firewalld } from './firewall.ts'
import { imagePull } from './images.ts'
import { forwarding } from './kernel-settings.ts'
import { kubeletVersion, kubernetesVersion } from './kubelet.ts'
import { directoryAvailable, fileAvailable } from './leftovers.ts'
import { checkMachine, type Before } from './machine.ts'
import { noMembership } from './membership.ts'
import { nodeChecks } from './node.ts'
import { portFree, ports } from './ports.ts'
import { programExists } from './programs.ts'
import { apiServerProxy, networkProxy } from './proxy.ts'
import { memory, numCpu } from './resources.ts'

/** Refuses a machine that init would not succeed on, and fetches the images; throws the Problem `preflight-failed`. */
export async function checkInit(plan: InitPlan, host: Host, resuming: boolean, emit: Emit): Promise<void> {
  const ignore = plan.nodeRegistration.ignorePreflightErrors
  await checkMachine(host, ignore, emit, resuming, before => initChecks(plan, before))
  await runChecks([imagePull(images(plan.cluster), plan.nodeRegistration, emit)], host, ignore, emit)
}

/** What init looks at. */
export function initChecks(plan: InitPlan, before: Before): readonly Check[] {
  const { cluster, localAPIEndpoint: { advertiseAddress, bindPort }, nodeRegistration, kubelet } = plan
  const { etcd } = cluster
  const networks = [cluster.networking.serviceSubnet, cluster.networking.podSubnet].flatMap(list => list.split(',')).filter(network => network !== '')
  const families = new Set([parseAddress(advertiseAddress)?.family, ...networks.map(network => parseCidr(network)?.family)])
  return [
    numCpu,
    memory,
    kubernetesVersion(newestVersion, cluster.kubernetesVersion),
    firewalld([bindPort, ports.kubelet]),
    ...before.membership === undefined ? [] : [noMembership(before.membership)],
    ...before.resuming || before.membership !== undefined ? [] : [
      portFree(bindPort, 'API server', 'Or give the API server another one: --apiserver-bind-port=<port>'),
      portFree(ports.scheduler, 'scheduler'),
      portFree(ports.controllerManager, 'controller manager'),
      ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map(name => fileAvailable(`${paths.manifests}/${name}.yaml`)),
      portFree(ports.kubelet, 'kubelet'),
      ...etcd.local === undefined ? [] : [
        portFree(ports.etcdClient, 'etcd server'), portFree(ports.etcdPeer, 'etcd server'), directoryAvailable(etcd.local.dataDir),
      ],
    ],
    apiServerProxy(advertiseAddress),
    ...networks.map(networkProxy),
    programExists('kubectl', 'kubeadm', 'kubectl'),
    ...nodeChecks(nodeRegistration, async () => kubelet),
    kubeletVersion(newestVersion, cluster.kubernetesVersion),
    ...families.has(4) ? [forwarding(4)] : [],
    ...families.has(6) ? [forwarding(6)] : [],
    ...etcd.external === undefined ? [] : [externalEtcdVersion(etcd.external), externalEtcdClientCertificates(etcd.external)],
  ]
}
