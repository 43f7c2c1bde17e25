import { parseDuration } from '../config/duration.ts'
import { nodeBootstrapGroup } from '../config/init-plan.ts'
import { isTokenGroup } from '../config/rules/tokens.ts'
import type { BootstrapToken } from '../config/v1beta4.ts'
import { Problem } from '../core/problem.ts'
import { table } from '../render/table.ts'
import { isForNodes, joinCommand } from '../token/join-command.ts'
import type { TokenRecord } from '../token/secret.ts'
import { createToken, deleteToken, listTokens } from '../token/store.ts'
import { generateToken, parseToken } from '../token/token.ts'
import { adminCluster } from './admin-cluster.ts'
import { session, type Command } from './command.ts'
import { pick } from './flags.ts'

const untitled = () => undefined

const create: Command = {
  command: 'create [token]',
  describe: 'Create a bootstrap token',
  build: builder => builder
    .positional('token', { type: 'string', describe: 'The token; a random one unless given' })
    .options(pick('ttl', 'description', 'usages', 'groups', 'print-join-command', 'kubeconfig', 'output'))
    .example('kubeadm token create', 'a token for a day')
    .example('kubeadm token create --ttl 2h --print-join-command', 'the whole command for the next node'),
  run: async (values, terminal) => await session(values, terminal, untitled, async current => {
    const { host, show } = current
    const text = values['token'] === undefined ? generateToken(host.random) : String(values['token'])
    parseToken(text)
    const usages = usagesOf(values['usages'])
    if (values['print-join-command'] === true && !isForNodes({ usages })) {
      throw new Problem('usages-invalid', 'Nobody can join with a token that is not for both signing and authentication.', ['Leave --usages or --print-join-command out.'])
    }
    const token: BootstrapToken = {
      token: text,
      ttl: ttlOf(values['ttl']),
      usages,
      groups: groupsOf(values['groups'], usages),
      ...typeof values['description'] === 'string' && { description: values['description'] },
    }
    const { cluster, connection } = await adminCluster(current)
    await createToken(cluster, token, host.clock.now())
    const command = joinCommand(connection, text)
    show(`${values['print-join-command'] === true ? command : text}\n`, { token: text, ...isForNodes(token) && { joinCommand: command } })
  }),
}

const list: Command = {
  command: 'list',
  describe: 'List bootstrap tokens',
  build: builder => builder.options(pick('kubeconfig', 'output')).example('kubeadm token list', 'tokens and how long they live'),
  run: async (values, terminal) => await session(values, terminal, untitled, async current => {
    const { cluster } = await adminCluster(current)
    const now = current.host.clock.now()
    const tokens = await listTokens(cluster)
    current.show(table(['TOKEN', 'TTL', 'EXPIRES', 'USAGES', 'DESCRIPTION', 'EXTRA GROUPS'], tokens.map(token => row(token, now))), {
      tokens: tokens.map(({ id, secret, expires, ...rest }) => ({ token: `${id}.${secret}`, ...expires !== undefined && { expires: expires.toISOString() }, ...rest })),
    })
  }),
}

const remove: Command = {
  command: 'delete <tokens..>',
  describe: 'Delete bootstrap tokens, by their ids or whole',
  build: builder => builder
    .positional('tokens', { type: 'string', demandOption: true, describe: 'Ids, such as abcdef, or whole tokens' })
    .options(pick('kubeconfig', 'output'))
    .example('kubeadm token delete abcdef', 'nobody can join with it any more'),
  run: async (values, terminal) => await session(values, terminal, untitled, async current => {
    const { cluster } = await adminCluster(current)
    const deleted: string[] = []
    for (const token of values['tokens'] as readonly string[]) deleted.push(await deleteToken(cluster, token))
    current.show(deleted.map(id => `bootstrap token "${id}" deleted\n`).join(''), { deleted })
  }),
}

const generate: Command = {
  command: 'generate',
  describe: 'Print a random token without making it known to any cluster',
  build: builder => builder.example('kubeadm token generate', 'for kubeadm init --token and kubeadm join --token'),
  run: async (values, terminal) => await session(values, terminal, untitled, async ({ host, show }) => {
    const token = generateToken(host.random)
    show(`${token}\n`, { token })
  }),
}

export const token: Command = { command: 'token', describe: 'Tokens that nodes join with', commands: [create, list, remove, generate] }

function row({ id, secret, expires, usages, description, groups }: TokenRecord, now: Date): readonly string[] {
  return [
    `${id}.${secret}`,
    expires === undefined ? '<forever>' : remaining(expires.getTime() - now.getTime()),
    expires === undefined ? '<never>' : expires.toISOString().replace(/\.\d+Z$/, 'Z'),
    usages.join(',') || '<none>', description || '<none>', groups.join(',') || '<none>',
  ]
}

/** The largest whole unit, as kubectl shows ages. */
function remaining(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < 0) return '<invalid>'
  if (seconds < 120) return `${seconds}s`
  if (seconds < 3 * 3600) return `${Math.floor(seconds / 60)}m`
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}

function ttlOf(value: unknown): string {
  const text = String(value)
  const duration = parseDuration(text)
  if (duration === undefined || duration < 0n) {
    throw new Problem('ttl-invalid', `--ttl ${text} is not a duration.`, ['Write it as 24h, 90m or 0 for ever.'])
  }
  return text
}

/** None named are both, as in a configuration file. */
function usagesOf(value: unknown): BootstrapToken['usages'] {
  const usages = named(value) ?? ['signing', 'authentication']
  const wrong = usages.find(usage => usage !== 'signing' && usage !== 'authentication')
  if (wrong !== undefined) throw new Problem('usages-invalid', `--usages: there is no usage "${wrong}".`, ['Choose from signing and authentication.'])
  return usages as BootstrapToken['usages']
}

/** Groups are those of whoever authenticates with the token. */
function groupsOf(value: unknown, usages: BootstrapToken['usages']): readonly string[] {
  const groups = named(value)
  const authenticates = usages.includes('authentication')
  if (groups !== undefined && !authenticates) {
    throw new Problem('usages-invalid', '--groups needs a token that may be used for authentication.', ['Add it: --usages signing,authentication', 'Or leave --groups out.'])
  }
  const wrong = groups?.find(group => !isTokenGroup(group))
  if (wrong !== undefined) throw new Problem('groups-invalid', `--groups: "${wrong}" is not a group for bootstrap tokens.`, [`It must begin with system:bootstrappers:, as in ${nodeBootstrapGroup}`])
  return groups ?? (authenticates ? [nodeBootstrapGroup] : [])
}

function named(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined
}
