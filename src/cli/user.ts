import { Problem } from '../core/problem.ts'
import { adminCluster } from './admin-cluster.ts'
import { session, type Command } from './command.ts'
import { pick } from './flags.ts'

/** The words of the cluster-creation proposal. */
const titles: Readonly<Record<string, string>> = {
  ready: 'Waiting for cluster to become ready...',
  request: 'Creating user certificate for user...',
  signature: 'Waiting for user certificate to be signed...',
}

/** Milliseconds for the cluster's signer, which answers at once when it runs. */
const signerPatience = 60_000

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
  run: async (values, terminal) => {
    const name = String(values['name'])
    const file = typeof values['output'] === 'string' ? values['output'] : `kubeconfig-${name}`
    // Standard output is then the kubeconfig and nothing else.
    const piped = file === '-'
    return await session({ ...values, output: 'text' }, terminal, phase => piped ? undefined : titles[phase], async current => {
      const { host, emit, show } = current
      const path = terminal.absolute(file)
      // Before a certificate is made whose key would have no place.
      if (file === '' || !piped && (await host.files.status(path))?.kind === 'directory') {
        throw new Problem('usage', '-o needs the name of a file, or - for standard output.', [`kubeadm user create -o kubeconfig-${name} ${name}`])
      }
      const { createUser } = await import('../user/create.ts')
      const { cluster, kubeconfig } = await adminCluster(current)
      const user = await createUser({
        name,
        options: {
          ...typeof values['cluster-role'] === 'string' && { clusterRole: values['cluster-role'] },
          ...typeof values['role'] === 'string' && { role: values['role'] },
          ...Array.isArray(values['namespace']) && { namespaces: values['namespace'].map(String) },
          ...typeof values['expires'] === 'string' && { expires: values['expires'] },
        },
        kubeconfig, timeout: signerPatience, cluster, host, emit,
      })
      if (piped) return show(user.kubeconfig, {})
      await host.files.write(path, user.kubeconfig, { mode: 0o600 })
      show(`Your cluster configuration file has been saved in ${file}.
${name} may do ${user.rights.join(', and ')}, until ${minute(user.expires)}.
Hand it over by a safe way, and use it with: kubectl --kubeconfig ${file} get pods
`, {})
    })
  },
}

const list: Command = {
  command: 'list',
  describe: 'List the users that were created here, what they may do, and until when',
  build: builder => builder.options(pick('kubeconfig', 'output')).example('kubeadm user list', 'who has access'),
  run: async (values, terminal) => await session(values, terminal, () => undefined, async current => {
    const [{ listUsers }, { table }] = await Promise.all([import('../user/list.ts'), import('../render/table.ts')])
    const { cluster } = await adminCluster(current)
    const users = await listUsers(cluster)
    const now = current.host.clock.now()
    const end = (expires?: Date) => expires === undefined ? '<unknown>' : `${minute(expires)}${expires < now ? ' (expired)' : ''}`
    current.show(table(['NAME', 'EXPIRES', 'MAY DO'], users.map(({ name, rights, expires }) => [name, end(expires), rights.join(', and ')])), {
      users: users.map(({ expires, ...rest }) => ({ ...rest, ...expires !== undefined && { expires: expires.toISOString() } })),
    })
  }),
}

const revoke: Command = {
  command: 'revoke <name>',
  describe: 'Take away from a user all that was given with user create',
  build: builder => builder
    .positional('name', { type: 'string', demandOption: true, describe: 'Name of the user' })
    .options(pick('kubeconfig', 'output'))
    .example('kubeadm user revoke bob', 'bob may do nothing any more'),
  run: async (values, terminal) => await session(values, terminal, () => undefined, async current => {
    const [{ revokeUser }, { rightOf }] = await Promise.all([import('../user/revoke.ts'), import('../user/list.ts')])
    const name = String(values['name'])
    const { cluster } = await adminCluster(current)
    const { removed, left, refused, expires } = await revokeUser(name, cluster, current.emit)
    if (left.length > 0) {
      current.emit({
        type: 'finding', check: 'UserRights', level: 'warning',
        message: `${name} has rights that somebody else gave, and keeps them: ${left.map(binding => `${rightOf(binding)} (${binding.name})`).join(', ')}.`,
        fix: left.map(binding => binding.namespace === undefined ? `kubectl delete clusterrolebinding ${binding.name}` : `kubectl -n ${binding.namespace} delete rolebinding ${binding.name}`),
      })
    }
    const until = expires === undefined ? 'The certificate itself stays valid until it ends' : `The certificate itself stays valid until ${minute(expires)}`
    current.show(`${removed.map(binding => `taken away: ${rightOf(binding)}\n`).join('')}${refused.map(request => `refused: the certificate signing request ${request}\n`).join('')}\
${left.length > 0 ? '' : `${name} may no longer do anything in this cluster. ${until}, but it allows only what everybody who is known may do.\n`}`, {
      user: name, removed: removed.map(binding => binding.name), refused, left: left.map(binding => binding.name), ...expires !== undefined && { expires: expires.toISOString() },
    })
  }),
}

export const user: Command = { command: 'user', describe: 'Credentials for people', commands: [create, list, revoke] }

function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
