/**
 * Writes test/golden/pki: what is to be said about the certificates, keys and kubeconfigs that upstream's `kubeadm init phase
 * certs all` and `kubeconfig all` make of each configuration in test/golden/pki/configurations. What is random stays out.
 * Needs KUBEADM_ASSETS, the folder with v1.36.3/kubeadm-upstream.xz, and openssl.
 */
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { pkiFacts, type FoundFile } from '../test/fixtures/pki-facts.ts'

const run = promisify(execFile)
const assets = process.env['KUBEADM_ASSETS']
if (assets === undefined) throw new Error('Set KUBEADM_ASSETS to the folder with v1.36.3/kubeadm-upstream.xz.')

const golden = join(import.meta.dirname, '..', 'test', 'golden', 'pki')
const work = await mkdtemp(join(tmpdir(), 'golden-pki-'))
try {
  const kubeadm = join(work, 'kubeadm')
  await copyFile(join(assets, 'v1.36.3', 'kubeadm-upstream.xz'), `${kubeadm}.xz`)
  await run('xz', ['-d', `${kubeadm}.xz`])
  await chmod(kubeadm, 0o755)
  for (const file of await readdir(join(golden, 'configurations'))) {
    const name = basename(file, '.yaml')
    await writeFile(join(golden, `${name}.json`), `${JSON.stringify(pkiFacts(await make(kubeadm, name)), null, 2)}\n`)
  }
} finally {
  await rm(work, { recursive: true })
}

async function make(kubeadm: string, name: string): Promise<ReadonlyMap<string, FoundFile>> {
  const directory = join(work, name)
  const text = await readFile(join(golden, 'configurations', `${name}.yaml`), 'utf8')
  const configuration = join(work, `${name}.yaml`)
  // The last document is the ClusterConfiguration; certificates go where they do no harm.
  await writeFile(configuration, `${text.trimEnd()}\ncertificatesDir: ${join(directory, 'pki')}\n`)
  await run(kubeadm, ['init', 'phase', 'certs', 'all', '--config', configuration])
  await run(kubeadm, ['init', 'phase', 'kubeconfig', 'all', '--config', configuration, '--kubeconfig-dir', directory])
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  return new Map(await Promise.all(files.map(async entry => {
    const path = join(entry.parentPath, entry.name)
    return [relative(directory, path), { text: await readFile(path, 'utf8'), mode: (await stat(path)).mode & 0o777 }] as const
  })))
}
