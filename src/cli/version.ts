import { newestVersion } from '../config/versions.ts'
import { programVersion } from '../config/program.ts'
import { toYaml } from '../config/yaml.ts'
import type { Command } from './command.ts'

/** `gitVersion` is the newest Kubernetes this program sets up, which is what scripts compare; `kubeadmVersion` its own. */
export const version: Command = {
  command: 'version',
  describe: 'Print the version of kubeadm',
  build: builder => builder
    .option('output', { alias: 'o', type: 'string', choices: ['short', 'json', 'yaml'], describe: 'Form of the output' })
    .example('kubeadm version -o short', 'only the version of Kubernetes'),
  run: async (values, terminal) => {
    const [major, minor] = newestVersion.slice(1).split('.')
    const clientVersion = { major, minor, gitVersion: newestVersion, kubeadmVersion: programVersion, platform: terminal.platform }
    switch (values['output']) {
      case 'short': terminal.out(`${newestVersion}\n`); break
      case 'json': terminal.out(`${JSON.stringify({ clientVersion }, undefined, 2)}\n`); break
      case 'yaml': terminal.out(toYaml({ clientVersion })); break
      default: terminal.out(`kubeadm version: ${newestVersion} (kubeadm ${programVersion}, ${terminal.platform})\n`)
    }
    return 0
  },
}
