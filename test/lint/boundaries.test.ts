import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '..', '..')

const cases: readonly { readonly what: string, readonly folder: string, readonly code: string, readonly rules: readonly string[] }[] = [
  { what: 'a phase may not read files', folder: 'src/phases', code: `export { readFile } from 'node:fs/promises'`, rules: ['no-restricted-imports'] },
  { what: 'nor with the bare name', folder: 'src/phases', code: `export { readFile } from 'fs'`, rules: ['no-restricted-imports'] },
  { what: 'nor lazily', folder: 'src/phases', code: `export const load = () => import('execa')`, rules: ['no-restricted-imports'] },
  { what: 'the host may', folder: 'src/host', code: `export { readFile } from 'node:fs/promises'`, rules: [] },
  { what: 'the host may run programs', folder: 'src/host', code: `export const load = () => import('execa')`, rules: [] },
  { what: 'a manifest may take the API types', folder: 'src/manifests', code: `export type { V1Pod } from '@kubernetes/client-node'`, rules: [] },
  { what: 'but not the API client', folder: 'src/manifests', code: `export { CoreV1Api } from '@kubernetes/client-node'`, rules: ['no-restricted-imports'] },
  { what: 'nor a file of it', folder: 'src/manifests', code: `export const load = () => import('@kubernetes/client-node/dist/api.js')`, rules: ['no-restricted-imports'] },
  { what: 'the cluster may', folder: 'src/cluster', code: `export { CoreV1Api } from '@kubernetes/client-node'`, rules: [] },
  { what: 'the cluster reads no files', folder: 'src/cluster', code: `export { readFile } from 'node:fs/promises'`, rules: ['no-restricted-imports'] },
  { what: 'only certs read ASN.1', folder: 'src/discovery', code: `export { asn1 } from 'node-forge'`, rules: ['no-restricted-imports'] },
  { what: 'certs do', folder: 'src/certs', code: `export { asn1 } from 'node-forge'\nexport { sign } from 'node:crypto'`, rules: [] },
  { what: 'nobody touches the process', folder: 'src/host', code: `export const node = process.version`, rules: ['no-restricted-globals'] },
  { what: 'nor imports it', folder: 'src/host', code: `export { version } from 'node:process'`, rules: ['no-restricted-imports'] },
  { what: 'the entry point does', folder: 'bin', code: `export const node = process.version`, rules: [] },
  { what: 'a phase neither fetches nor sleeps by itself', folder: 'src/phases', code: `export const wait = async () => { await fetch('https://a'); setTimeout(() => {}, 1) }`, rules: ['no-restricted-globals', 'no-restricted-globals'] },
  { what: 'nobody prints', folder: 'src/render', code: `console.log('a')\nexport {}`, rules: ['no-console'] },
  { what: 'no promise is left floating', folder: 'src/core', code: `const act = async () => {}\nexport function run() { act() }`, rules: ['no-floating-promises'] },
  { what: 'no any', folder: 'src/core', code: `export const a = (b: any): unknown => b`, rules: ['no-explicit-any'] },
  { what: 'nothing unused', folder: 'src/core', code: `const a = 1\nexport {}`, rules: ['no-unused-vars'] },
]

/** Lints each code in a file of its own; the rules that each file breaks. */
async function lint(codes: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly string[]>> {
  const project = await mkdtemp(join(tmpdir(), 'lint-'))
  try {
    await symlink(join(root, 'node_modules'), join(project, 'node_modules'))
    for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json']) await writeFile(join(project, file), await readFile(join(root, file)))
    for (const [path, code] of codes) {
      await mkdir(dirname(join(project, path)), { recursive: true })
      await writeFile(join(project, path), code)
    }
    const report = await new Promise<string>(resolve => {
      const args = [join(root, 'node_modules/oxlint/bin/oxlint'), '-f', 'json', ...codes.keys()]
      execFile(process.execPath, args, { cwd: project }, (_error, stdout) => resolve(stdout))
    })
    const { diagnostics } = JSON.parse(report) as { diagnostics: readonly { code: string, filename: string }[] }
    return new Map([...codes.keys()].map(path => [path,
      diagnostics.filter(({ filename }) => filename === path).map(({ code }) => code.replace(/^.*\((.*)\)$/, '$1')).sort()]))
  } finally {
    await rm(project, { recursive: true })
  }
}

t.test('the boundaries bite', async t => {
  const pathOf = (index: number) => `${cases[index]!.folder}/case-${index}.ts`
  const broken = await lint(new Map(cases.map(({ code }, index) => [pathOf(index), `${code}\n`])))
  for (const [index, { what, rules }] of cases.entries()) t.same(broken.get(pathOf(index)), rules, what)
})
