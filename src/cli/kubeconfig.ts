import { Problem } from '../core/problem.ts'
import { session, type Command, type Session } from './command.ts'
import { pick } from './flags.ts'

/** Milliseconds: longer than that nobody should trust a certificate that cannot be taken back. */
const year = 365 * 24 * 3600_000

const user: Command = {
  command: 'user',
  describe: 'Print a kubeconfig for another user, signed with the CA\'s key on this machine and without asking the cluster',
  build: builder => builder
    .option('client-name', { type: 'string', demandOption: true, describe: 'Name of the user' })
    .option('org', { type: 'string', array: true, describe: 'Groups of the user, in the certificate' })
    .option('validity-period', { type: 'string', default: '8760h0m0s', describe: 'Life of the certificate' })
    .option('token', { type: 'string', describe: 'Token that the user authenticates with instead of a certificate' })
    .options(pick('config'))
    .example('kubeadm kubeconfig user --client-name=bob --validity-period=24h', 'what bob may do is to be bound separately; see also kubeadm user create'),
  run: async (values, terminal) => await session({ ...values, output: 'text' }, terminal, () => undefined, async current => {
    const { host, emit, show } = current
    const [{ userKubeconfig }, { milliseconds, normalDuration }] = await Promise.all([import('../certs/user-kubeconfig.ts'), import('../config/duration.ts')])
    const name = String(values['client-name'])
    if (name === '') throw new Problem('usage', 'The user needs a name.', ['--client-name=NAME'])
    const organizations = (Array.isArray(values['org']) ? values['org'] : []).flatMap(value => String(value).split(',')).filter(value => value !== '')
    const validity = milliseconds(normalDuration(String(values['validity-period']), '--validity-period'))
    const warn = (message: string, fix: string) => emit({ type: 'finding', check: 'Certificate', level: 'warning', message, fix: [fix] })
    if (validity > year) warn('A certificate cannot be taken back before it ends, and this one lives for more than a year.', 'Give it less: --validity-period=24h')
    if (organizations.includes('system:masters')) warn('What the group system:masters may do can never be taken back: it passes by all of RBAC.', 'Use another group, and bind it to cluster-admin.')
    const { cluster, server, clusterName } = await clusterOf(current)
    show(await userKubeconfig(host, cluster, {
      name, organizations, validity, server, clusterName, ...typeof values['token'] === 'string' && { token: values['token'] },
    }), {})
  }),
}

export const kubeconfig: Command = { command: 'kubeconfig', describe: 'Kubeconfigs', commands: [user] }

/** The configuration that was named; else the cluster of admin.conf, when this is a control plane. */
async function clusterOf(current: Session) {
  const [{ offlinePlan }, { controlPlaneUrl }, { paths }] = await Promise.all([import('./offline-plan.ts'), import('../config/endpoint.ts'), import('../config/paths.ts')])
  const plan = await offlinePlan(current, {})
  const { cluster } = plan
  const admin = current.values['config'] === undefined ? await current.host.files.read(paths.adminConf) : undefined
  if (admin === undefined) return { cluster, server: controlPlaneUrl(plan), clusterName: cluster.clusterName }
  const { currentAccess, parseKubeconfig } = await import('../cluster/kubeconfig.ts')
  const { cluster: entry } = currentAccess(parseKubeconfig(admin, paths.adminConf), paths.adminConf)
  return { cluster, server: entry.cluster.server ?? controlPlaneUrl(plan), clusterName: entry.name }
}
