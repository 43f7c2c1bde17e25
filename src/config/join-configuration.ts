import { documentNotes, noDocuments, type Configured, type Documents, type JoinDocument } from './documents.ts'
import type { HostFacts } from './facts.ts'
import { finish } from './finish.ts'
import type { JoinFlags } from './flags.ts'
import { given } from './given.ts'
import { joinHostPort, splitHostPort } from './ip.ts'
import { controlPlaneTaint, defaultBindPort, localAPIEndpoint, nodeRegistration, timeouts } from './node-defaults.ts'
import { paths } from './paths.ts'
import { joinRules } from './rules/join-rules.ts'
import type { JoinConfiguration, TokenDiscovery } from './v1beta4.ts'

export interface JoinInput {
  readonly documents?: Documents
  readonly flags?: JoinFlags
  readonly facts: HostFacts
  /**
   * True for `kubeadm join node`: with neither a pin nor the unsafe flag, cluster-info's signature by the token is
   * trusted. A JoinConfiguration that says nothing follows upstream's rule all the same.
   */
  readonly pinOptional?: boolean
}

/** What join works from: file and flags mixed (flags win), defaults applied, checked, frozen. Throws a Problem. */
export function joinConfiguration(
  { documents = noDocuments, flags = {}, facts, pinOptional = false }: JoinInput,
): Configured<JoinConfiguration> {
  const notes = documentNotes(documents, 'kubeadm join', ['join'])
  const document = documents.join ?? {}
  const controlPlane = flags.controlPlane ?? document.controlPlane !== undefined
  const configuration: JoinConfiguration = {
    caCertPath: given(document.caCertPath) ?? `${paths.pki}/ca.crt`,
    discovery: discovery(document.discovery, flags),
    dryRun: flags.dryRun ?? document.dryRun ?? false,
    nodeRegistration: nodeRegistration(document.nodeRegistration, flags, facts, controlPlane ? [controlPlaneTaint] : []),
    ...controlPlane && { controlPlane: { localAPIEndpoint: localAPIEndpoint(document.controlPlane?.localAPIEndpoint, flags, facts) } },
    skipPhases: flags.skipPhases ?? document.skipPhases ?? [],
    timeouts: timeouts(document.timeouts),
  }
  const pinRequired = !pinOptional || document.discovery?.bootstrapToken?.apiServerEndpoint !== undefined
  return {
    configuration: finish(configuration, joinRules({ pinRequired }), documents, flags),
    notes: [
      ...notes,
      ...!controlPlane && (flags.apiserverAdvertiseAddress !== undefined || flags.apiserverBindPort !== undefined)
        ? ['--apiserver-advertise-address and --apiserver-bind-port only matter together with --control-plane.'] : [],
    ],
  }
}

function discovery(document: JoinDocument['discovery'] = {}, flags: JoinFlags): JoinConfiguration['discovery'] {
  // Flags that choose one way of discovery replace the other way in the file; both as flags are the rules' to refuse.
  const byToken = flags.endpoint !== undefined || flags.discoveryToken !== undefined ||
    flags.discoveryTokenCaCertHash !== undefined || flags.discoveryTokenUnsafeSkipCaVerification !== undefined
  const byFile = flags.discoveryFile !== undefined
  const file = byFile ? flags.discoveryFile : byToken ? undefined : document.file?.kubeConfigPath
  const wanted = byToken || (!byFile && (document.bootstrapToken !== undefined || (flags.token !== undefined && document.file === undefined)))
  const token = wanted ? tokenDiscovery(byFile ? {} : document.bootstrapToken, flags) : undefined
  return {
    ...token && { bootstrapToken: token },
    ...file !== undefined && { file: { kubeConfigPath: file.replace(/^file:\/\//, '') } },
    tlsBootstrapToken: given(flags.tlsBootstrapToken, flags.token, document.tlsBootstrapToken, token?.token) ?? '',
  }
}

function tokenDiscovery(
  document: NonNullable<JoinDocument['discovery']>['bootstrapToken'] = {}, flags: JoinFlags,
): TokenDiscovery {
  return {
    token: given(flags.discoveryToken, flags.token, document.token) ?? '',
    apiServerEndpoint: withPort(given(flags.endpoint, document.apiServerEndpoint) ?? ''),
    caCertHashes: flags.discoveryTokenCaCertHash ?? document.caCertHashes ?? [],
    unsafeSkipCAVerification: flags.discoveryTokenUnsafeSkipCaVerification ?? document.unsafeSkipCAVerification ?? false,
  }
}

/** `10.0.0.1` → `10.0.0.1:6443`. What is malformed is left for the rules to report. */
function withPort(endpoint: string): string {
  const parts = splitHostPort(endpoint.trim())
  return parts === undefined ? endpoint : joinHostPort(parts.host, parts.port ?? defaultBindPort)
}
