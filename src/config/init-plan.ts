import { clusterConfiguration } from './cluster-defaults.ts'
import { completeKubelet, completeKubeProxy } from './component-configs.ts'
import { documentNotes, noDocuments, type Configured, type Documents, type InitDocument } from './documents.ts'
import type { HostFacts } from './facts.ts'
import { parseFeatureGates } from './feature-gates.ts'
import { finish } from './finish.ts'
import type { InitFlags } from './flags.ts'
import { given } from './given.ts'
import { controlPlaneTaint, localAPIEndpoint, nodeRegistration, timeouts } from './node-defaults.ts'
import { normalDuration } from './duration.ts'
import { initRules } from './rules/init-rules.ts'
import { serviceSubnetUsable } from './rules/networks.ts'
import type { Violation } from './rules/rule.ts'
import type { BootstrapToken, InitPlan } from './v1beta4.ts'
import { defaultVersion, resolveVersion } from './versions.ts'

export const nodeBootstrapGroup = 'system:bootstrappers:kubeadm:default-node-token'

export interface InitInput {
  readonly documents?: Documents
  readonly flags?: InitFlags
  readonly facts: HostFacts
  /** A fresh bootstrap token, used where none is given. */
  readonly newToken: string
}

/** Everything init works from: file and flags mixed (flags win), defaults applied, checked, frozen. Throws a Problem. */
export function initPlan({ documents = noDocuments, flags = {}, facts, newToken }: InitInput): Configured<InitPlan> {
  const notes = documentNotes(documents, 'kubeadm init', ['init', 'cluster', 'kubelet', 'kubeProxy'])
  const document = documents.init ?? {}
  const asked = given(flags.kubernetesVersion, documents.cluster?.kubernetesVersion)
  const { version, label } = asked === undefined
    ? { version: defaultVersion(facts.kubeletVersion), label: undefined } : resolveVersion(asked)
  const gates = flags.featureGates === undefined ? {} : parseFeatureGates(flags.featureGates)
  const cluster = clusterConfiguration(documents.cluster, withPhases(flags, document), version, gates)
  const init = {
    bootstrapTokens: bootstrapTokens(document.bootstrapTokens, flags, newToken),
    dryRun: flags.dryRun ?? document.dryRun ?? false,
    nodeRegistration: nodeRegistration(document.nodeRegistration, flags, facts, [controlPlaneTaint]),
    localAPIEndpoint: localAPIEndpoint(document.localAPIEndpoint, flags, facts),
    skipPhases: flags.skipPhases ?? document.skipPhases ?? [],
    timeouts: timeouts(document.timeouts),
  }
  // An unusable Service range is the rules' to report, with its place; the kubelet's defaults cannot be made from it.
  const kubelet = completeKubelet(documents.kubelet,
    serviceSubnetUsable(cluster) ? cluster : { ...cluster, networking: { ...cluster.networking, serviceSubnet: '10.96.0.0/12' } },
    facts.resolvedActive)
  const kubeProxy = completeKubeProxy(documents.kubeProxy, cluster, init.localAPIEndpoint.advertiseAddress)
  const plan: InitPlan = {
    cluster,
    init,
    nodeRegistration: init.nodeRegistration,
    localAPIEndpoint: init.localAPIEndpoint,
    timeouts: init.timeouts,
    kubelet: kubelet.configuration,
    kubeProxy: kubeProxy.configuration,
    generated: { kubelet: kubelet.generated, kubeProxy: kubeProxy.generated },
  }
  return {
    configuration: finish(plan, [...initRules, () => oneEtcd(documents)], documents, flags),
    notes: [
      ...notes,
      ...label === undefined ? [] : [`"${label}" is taken as ${version}, the newest release this program knows.`],
      ...kubelet.notes, ...kubeProxy.notes,
    ],
  }
}

/** The plan holds one kind of etcd only: that both are given shows in the file alone. */
function oneEtcd({ cluster }: Documents): readonly Violation[] {
  return cluster?.etcd?.local === undefined || cluster.etcd.external === undefined ? [] : [{
    field: ['ClusterConfiguration', 'etcd', 'external'], what: 'and etcd.local are both given.', fix: 'Keep one of them.',
  }]
}

/** Phases to skip may stand in the file, too: a skipped add-on is a disabled one. */
function withPhases(flags: InitFlags, document: InitDocument): InitFlags {
  const skipPhases = flags.skipPhases ?? document.skipPhases
  return { ...flags, ...skipPhases && { skipPhases } }
}

function bootstrapTokens(
  documents: InitDocument['bootstrapTokens'] = [], flags: InitFlags, newToken: string,
): readonly BootstrapToken[] {
  const [first = { description: 'The token that kubeadm init made.' }, ...others] = documents
  const ttl = flags.tokenTtl === undefined ? undefined : normalDuration(flags.tokenTtl, '--token-ttl')
  const flagged = {
    ...first,
    ...flags.token && { token: flags.token },
    ...ttl !== undefined && { ttl, expires: undefined },
  }
  return [flagged, ...others].map((document, index) => ({
    token: given(document.token) ?? (index === 0 ? newToken : ''),
    ...given(document.description) !== undefined && { description: document.description },
    ...document.expires === undefined || document.ttl !== undefined ? { ttl: document.ttl ?? '24h0m0s' } : {},
    ...document.expires !== undefined && { expires: document.expires },
    usages: document.usages?.length ? document.usages : ['signing', 'authentication'],
    groups: document.groups?.length ? document.groups : [nodeBootstrapGroup],
  }))
}

