/**
 * Writes test/golden/config/output: what upstream makes of each file in test/golden/config/input, unchanged.
 * Needs KUBEADM_ASSETS, the folder with v1.36.3/kubeadm-upstream.xz.
 *
 * <name>.yaml is what `config migrate` prints, <name>.images what `config images list` prints. Of components.yaml there
 * are also the kubelet's configuration as a dry run writes it and kube-proxy's objects; defaults.yaml is what
 * `config print` shows.
 */
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const assets = process.env['KUBEADM_ASSETS']
if (assets === undefined) throw new Error('Set KUBEADM_ASSETS to the folder with v1.36.3/kubeadm-upstream.xz.')

const golden = join(import.meta.dirname, '..', 'test', 'golden', 'config')
const output = join(golden, 'output')
const work = await mkdtemp(join(tmpdir(), 'golden-config-'))
const kubeadm = join(work, 'kubeadm')
const print = async (...args: string[]) => (await run(kubeadm, args)).stdout
const write = (name: string, text: string) => writeFile(join(output, name), text)

try {
  await copyFile(join(assets, 'v1.36.3', 'kubeadm-upstream.xz'), `${kubeadm}.xz`)
  await run('xz', ['-d', `${kubeadm}.xz`])
  await chmod(kubeadm, 0o755)
  await rm(output, { recursive: true, force: true })
  await mkdir(output)

  for (const file of await readdir(join(golden, 'input'))) {
    const path = join(golden, 'input', file)
    const { name } = parse(file)
    await write(`${name}.yaml`, await print('config', 'migrate', '--old-config', path))
    if (name.startsWith('init-')) await write(`${name}.images`, await print('config', 'images', 'list', '--config', path))
  }

  const components = join(golden, 'input', 'components.yaml')
  await run(kubeadm, ['init', 'phase', 'kubelet-start', '--dry-run', '--config', components], { env: { ...process.env, KUBEADM_INIT_DRYRUN_DIR: work } })
  await write('components.kubelet.yaml', await readFile(join(work, 'config.yaml'), 'utf8'))
  await write('components.kube-proxy.yaml', await print('init', 'phase', 'addon', 'kube-proxy', '--print-manifest', '--config', components))
  await write('defaults.yaml', await print('config', 'print', 'init-defaults', '--component-configs', 'KubeletConfiguration,KubeProxyConfiguration'))
} finally {
  await rm(work, { recursive: true })
}
