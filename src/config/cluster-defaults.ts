import { isRecord } from '../core/record.ts'
import type { ClusterDocument } from './documents.ts'
import type { InitFlags } from './flags.ts'
import { given } from './given.ts'
import { argumentsOf } from './node-defaults.ts'
import { paths } from './paths.ts'
import type { ClusterConfiguration, ControlPlaneComponent, EnvironmentVariable, HostPathMount } from './v1beta4.ts'
import { defaultImageRepository } from './versions.ts'

type EtcdDocument = NonNullable<ClusterDocument['etcd']>
type ComponentDocument = NonNullable<ClusterDocument['scheduler']>

/** Flags win over the file. `version` is the resolved one, `featureGates` are those of the flag. */
export function clusterConfiguration(
  document: ClusterDocument = {}, flags: InitFlags, version: string, featureGates: Readonly<Record<string, boolean>> = {},
): ClusterConfiguration {
  const { networking = {}, dns = {} } = document
  const skipped = (phase: string) => flags.skipPhases?.some(name => name.toLowerCase() === 'addon' || name.toLowerCase() === `addon/${phase}`) ?? false
  return {
    etcd: etcd(document.etcd),
    networking: {
      serviceSubnet: given(flags.serviceCidr, networking.serviceSubnet) ?? '10.96.0.0/12',
      podSubnet: given(flags.podNetworkCidr, networking.podSubnet) ?? '',
      dnsDomain: given(flags.serviceDnsDomain, networking.dnsDomain) ?? 'cluster.local',
    },
    kubernetesVersion: version,
    controlPlaneEndpoint: given(flags.controlPlaneEndpoint, document.controlPlaneEndpoint) ?? '',
    apiServer: {
      ...component(document.apiServer),
      certSANs: flags.apiserverCertExtraSans ?? document.apiServer?.certSANs ?? [],
    },
    controllerManager: component(document.controllerManager),
    scheduler: component(document.scheduler),
    dns: {
      ...optional('imageRepository', dns.imageRepository),
      ...optional('imageTag', dns.imageTag),
      disabled: skipped('coredns') || (dns.disabled ?? false),
    },
    proxy: { disabled: skipped('kube-proxy') || (document.proxy?.disabled ?? false) },
    certificatesDir: given(flags.certDir, document.certificatesDir) ?? paths.pki,
    imageRepository: given(flags.imageRepository, document.imageRepository) ?? defaultImageRepository,
    featureGates: { ...document.featureGates, ...featureGates },
    clusterName: given(document.clusterName) ?? 'kubernetes',
    encryptionAlgorithm: document.encryptionAlgorithm ?? 'RSA-2048',
    certificateValidityPeriod: document.certificateValidityPeriod ?? '8760h0m0s',
    caCertificateValidityPeriod: document.caCertificateValidityPeriod ?? '87600h0m0s',
  }
}

function etcd({ local, external }: EtcdDocument = {}): ClusterConfiguration['etcd'] {
  if (external !== undefined) {
    const { endpoints = [], httpEndpoints = endpoints, caFile = '', certFile = '', keyFile = '' } = external
    return { external: { endpoints, httpEndpoints, caFile, certFile, keyFile } }
  }
  return {
    local: {
      ...optional('imageRepository', local?.imageRepository),
      ...optional('imageTag', local?.imageTag),
      dataDir: given(local?.dataDir) ?? paths.etcdData,
      extraArgs: argumentsOf(local?.extraArgs),
      extraEnvs: environmentOf(local?.extraEnvs),
      serverCertSANs: local?.serverCertSANs ?? [],
      peerCertSANs: local?.peerCertSANs ?? [],
    },
  }
}

function component(document: ComponentDocument = {}): ControlPlaneComponent {
  return {
    extraArgs: argumentsOf(document.extraArgs),
    extraVolumes: (document.extraVolumes ?? []).map(({ name = '', hostPath = '', mountPath = '', readOnly, pathType }): HostPathMount =>
      ({ name, hostPath, mountPath, ...readOnly && { readOnly }, ...pathType !== undefined && { pathType } })),
    extraEnvs: environmentOf(document.extraEnvs),
  }
}

function environmentOf(documents: ComponentDocument['extraEnvs'] = []): readonly EnvironmentVariable[] {
  return documents.map(({ name = '', value, valueFrom }) =>
    ({ name, ...optional('value', value), ...isRecord(valueFrom) && { valueFrom: withApiVersion(valueFrom) } }))
}

/** A reference to a field of the Pod is one of version v1 unless it says otherwise. */
function withApiVersion(valueFrom: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { fieldRef } = valueFrom
  return isRecord(fieldRef) ? { ...valueFrom, fieldRef: { apiVersion: 'v1', ...fieldRef } } : valueFrom
}

function optional<Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } {
  return value === undefined || value === '' ? {} : { [name]: value } as { readonly [Key in Name]?: string }
}
