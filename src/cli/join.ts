import type { JoinFlags } from '../config/flags.ts'
import { Problem } from '../core/problem.ts'
import { joinTitle } from '../join/workflow.ts'
import { parseToken } from '../token/token.ts'
import { session, type Command } from './command.ts'
import { fileDocuments } from './configuration-file.ts'
import { camelCase, pick } from './flags.ts'

export const join: Command = {
  command: 'join [words..]',
  describe: 'Make this machine a node of a cluster',
  build: builder => builder
    .usage('kubeadm join node --token=<token> <master-ip>')
    .positional('words', { type: 'string', describe: '"node", then the address of the master, host or host:port' })
    .options(pick(
      'token', 'discovery-token', 'discovery-token-ca-cert-hash', 'discovery-token-unsafe-skip-ca-verification', 'tls-bootstrap-token',
      'config', 'node-name', 'cri-socket', 'ignore-preflight-errors', 'skip-phases', 'output',
    ))
    .example('kubeadm join node --token=abc123.0123456789abcdef 192.0.2.10', 'with the token that init printed')
    .example('kubeadm join 192.0.2.10:6443 --token abc123.0123456789abcdef --discovery-token-ca-cert-hash sha256:<hex>', 'trust only the pinned CA'),
  run: async (values, terminal) => await session(values, terminal, joinTitle, async ({ host, emit, listen, onEnd, show }) => {
    const { join } = await import('../join/join.ts')
    const flags = camelCase(values)
    const endpoint = endpointOf(values['words'])
    for (const name of ['token', 'discoveryToken', 'tlsBootstrapToken']) refuseMalformed(flags[name])
    const node = await join({
      flags: { ...flags as JoinFlags, ...endpoint !== undefined && { endpoint } },
      ...await fileDocuments(host, values, terminal),
      pinOptional: true,
    }, { host, emit, listen, onEnd })
    show('Joined node to cluster, see \'kubectl get nodes\' on master.\n', { node })
  }),
}

/** The address among the words: `node` before it is the proposal's spelling, nothing before it upstream's. */
function endpointOf(words: unknown): string | undefined {
  const list = (Array.isArray(words) ? words : []).map(String)
  const [first, second, ...more] = list
  const endpoint = first === 'node' ? second : first
  if (more.length > 0 || (first !== 'node' && second !== undefined)) {
    throw new Problem('usage', `Too many words: ${list.join(' ')}.`, ['kubeadm join node --token=<token> <master-ip>'])
  }
  return endpoint
}

function refuseMalformed(token: unknown): void {
  if (typeof token !== 'string') return
  try {
    parseToken(token)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem(error.code, `Unable to join: ${error.message} Check your token.`, ['On the master: kubeadm token create --print-join-command'], { cause: error })
  }
}
