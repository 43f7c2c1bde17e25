import { existsSync } from 'node:fs'
import { initFile } from '../../src/local-cluster/cluster-configuration.ts'

/** What a node in a container needs besides a server's defaults, for this program and for upstream's alike. */
export const ignoredInContainers = '--ignore-preflight-errors=SystemVerification,Swap'

/** A configuration file for `init`, with a token that is given and no taint on the master. */
export function initConfiguration(token: string, kubernetesVersion: string): string {
  return initFile({ kubernetesVersion, token, alone: true, cgroupV1: !existsSync('/sys/fs/cgroup/cgroup.controllers'), quick: false })
}
