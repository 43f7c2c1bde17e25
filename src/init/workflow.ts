import { beginJournal } from '../core/journal.ts'
import type { Phase } from '../core/phase.ts'
import { addon } from '../phases/addon.ts'
import { bootstrapToken } from '../phases/bootstrap-token.ts'
import { certs } from '../phases/certs.ts'
import { clusterAdmins } from '../phases/cluster-admins.ts'
import type { InitContext } from '../phases/context.ts'
import { controlPlane } from '../phases/control-plane.ts'
import { etcd } from '../phases/etcd.ts'
import { kubeconfig } from '../phases/kubeconfig.ts'
import { kubeletFinalize } from '../phases/kubelet-finalize.ts'
import { kubeletStart } from '../phases/kubelet-start.ts'
import { markControlPlane } from '../phases/mark-control-plane.ts'
import { preflight } from '../phases/preflight.ts'
import { uploadConfig } from '../phases/upload-config.ts'
import { waitControlPlane } from '../phases/wait-control-plane.ts'

/** The whole of init, in upstream's order and names. What comes after kubelet-start begins as soon as the API server answers. */
export const initWorkflow: readonly Phase<InitContext>[] = [
  preflight,
  beginJournal('init'),
  certs,
  kubeconfig,
  etcd,
  controlPlane,
  kubeletStart,
  waitControlPlane,
  { ...clusterAdmins, alongside: true },
  { ...uploadConfig, alongside: true },
  { ...markControlPlane, alongside: true },
  { ...bootstrapToken, alongside: true },
  { ...kubeletFinalize, alongside: true },
  { ...addon, alongside: true },
]
