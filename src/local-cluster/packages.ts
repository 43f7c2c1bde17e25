import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'

/** Makes sure that a program is there, from the Debian package that has it, and says so when it has to be installed. */
export async function ensureProgram(program: string, aptPackage: string, host: Host, emit: Emit): Promise<void> {
  if (await host.commands.find(program) !== undefined) return
  if (host.machine.user().uid !== 0 || await host.commands.find('apt-get') === undefined) {
    throw new Problem('program-missing', `The local cluster needs ${program}, which is not installed, and only root on Debian or Ubuntu can have it installed.`,
      [`sudo apt-get install ${aptPackage}`, `Install ${program} with your system's package manager`])
  }
  emit({ type: 'note', text: `Installing ${aptPackage} with apt-get` })
  const options = { env: { ...proxies(host), DEBIAN_FRONTEND: 'noninteractive' }, timeout: 900_000 }
  const install = async () => await host.commands.change('apt-get', ['install', '--yes', '--no-install-recommends', aptPackage], options)
  let result = await install()
  if (result.exitCode !== 0) {
    await host.commands.change('apt-get', ['update'], options)
    result = await install()
  }
  if (result.exitCode !== 0 || await host.commands.find(program) === undefined) {
    throw new Problem('install-failed', `${aptPackage} could not be installed: ${result.stderr.trim().split('\n').at(-1) ?? ''}`,
      [`apt-get update && apt-get install ${aptPackage}`])
  }
}

/** The caller's proxy settings, which programs that download need and nothing else gets. */
export function proxies(host: Host): Record<string, string> {
  const environment = host.machine.environment()
  return Object.fromEntries(['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']
    .flatMap(name => environment[name] === undefined ? [] : [[name, environment[name]]]))
}
