import { certs } from './certs.ts'
import type { Command } from './command.ts'
import { init } from './init.ts'
import { join } from './join.ts'
import { kubeconfig } from './kubeconfig.ts'
import { localCluster } from './local-cluster.ts'
import { reset } from './reset.ts'
import { token } from './token.ts'
import { user } from './user.ts'
import { version } from './version.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [init, join, user, token, certs, kubeconfig, reset, localCluster, version]
