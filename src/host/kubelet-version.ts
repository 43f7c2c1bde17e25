import type { CommandResult, Host } from './host.ts'

const asked = new WeakMap<Host['commands'], Promise<CommandResult>>()

/** What `kubelet --version` says, asked once in a command's life: the program is large, and starting it costs most of a preflight. */
export async function kubeletVersionOutput({ commands }: Pick<Host, 'commands'>): Promise<CommandResult> {
  const answer = asked.get(commands) ?? commands.query('kubelet', ['--version'])
  asked.set(commands, answer)
  return await answer
}
