/**
 * Writes test/golden/manifests: what upstream's `kubeadm init --dry-run` makes of each configuration in
 * test/golden/manifests/configurations. Needs KUBEADM_ASSETS, the folder with v1.36.3/kubeadm-upstream.xz.
 *
 * Files are upstream's, unchanged. Objects are those that it prints, one document each; the CA in cluster-info, which is
 * another one at every run, becomes the text "the CA". machine.json says on what machine it ran, as far as that shows.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { optionalCADirectories } from '../src/manifests/host-facts.ts'

const run = promisify(execFile)
const assets = process.env['KUBEADM_ASSETS']
if (assets === undefined) throw new Error('Set KUBEADM_ASSETS to the folder with v1.36.3/kubeadm-upstream.xz.')

const golden = join(import.meta.dirname, '..', 'test', 'golden', 'manifests')
const files = [
  'etcd.yaml', 'kube-apiserver.yaml', 'kube-controller-manager.yaml', 'kube-scheduler.yaml',
  'config.yaml', 'instance-config.yaml', 'kubeadm-flags.env',
]
const environment = { HTTPS_PROXY: 'http://proxy.example.com:3128', no_proxy: '192.0.2.0/24' }

const work = await mkdtemp(join(tmpdir(), 'golden-manifests-'))
try {
  const kubeadm = join(work, 'kubeadm')
  await copyFile(join(assets, 'v1.36.3', 'kubeadm-upstream.xz'), `${kubeadm}.xz`)
  await run('xz', ['-d', `${kubeadm}.xz`])
  await chmod(kubeadm, 0o755)
  for (const configuration of await readdir(join(golden, 'configurations'))) {
    await record(kubeadm, join(golden, 'configurations', configuration), basename(configuration, '.yaml'))
  }
  await writeFile(join(golden, 'machine.json'), `${JSON.stringify({
    hostname: hostname().toLowerCase(), environment, caDirectories: optionalCADirectories.filter(path => existsSync(path)),
  }, null, 2)}\n`)
} finally {
  await rm(work, { recursive: true })
}

async function record(kubeadm: string, configuration: string, name: string): Promise<void> {
  const made = join(work, name)
  const target = join(golden, name)
  await mkdir(made)
  await rm(target, { recursive: true, force: true })
  await mkdir(target)
  const { stdout } = await run(kubeadm, ['init', '--dry-run', '--skip-phases=preflight', '--config', configuration],
    { env: { PATH: process.env['PATH'], ...environment, KUBEADM_INIT_DRYRUN_DIR: made }, maxBuffer: 2 ** 24 })
  for (const file of files) if (existsSync(join(made, file))) await copyFile(join(made, file), join(target, file))
  await writeFile(join(target, 'objects.yaml'), createdObjects(stdout)
    .replaceAll(/(certificate-authority-data: ).*/g, `$1${Buffer.from('the CA').toString('base64')}`))
}

/** The objects that the dry run says it would create, in its order; an empty line ends each. */
function createdObjects(output: string): string {
  const objects = output.matchAll(/^\[dryrun\] Would perform action CREATE .*\n\[dryrun\] Attached object:\n((?:.+\n)+)/gm)
  return [...objects].map(([, object]) => `---\n${object}`).join('')
}
