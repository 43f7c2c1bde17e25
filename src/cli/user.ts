import { connectionFrom } from '../cluster/access.ts'
import { apiServer } from '../cluster/api-server.ts'
import { session, type Command } from './command.ts'
import { pick } from './flags.ts'

const create: Command = {
  command: 'create <name>',
  describe: 'Create credentials for a colleague',
  build: builder => builder
    .positional('name', { type: 'string', demandOption: true, describe: 'Name of the user' })
    .options(pick('cluster-role', 'role', 'namespace', 'expires', 'kubeconfig'))
    .option('output', { alias: 'o', type: 'string', describe: 'File for the user\'s kubeconfig, - for standard output (default: kubeconfig-<name>)' })
    .example('kubeadm user create -o kubeconfig-bob bob', 'bob may do everything')
    .example('kubeadm user create bob --role view --namespace shop', 'bob may look at one namespace')
    .example('kubeadm user create bob --cluster-role view --expires 8h', 'bob may look at everything, for a working day'),
  run: async () => 1,
}

export const user: Command = { command: 'user', describe: 'Credentials for people', commands: [create] }
