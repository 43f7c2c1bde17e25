import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { bundle } from './bundle.ts'

/**
 * Leaves the program as a single executable, Node included, in build/kubeadm. Does nothing when it is there already,
 * made from the same sources by the same Node. `--fresh` makes it anyway.
 */
async function build(root: string, fresh: boolean): Promise<void> {
  const output = join(root, 'build', 'kubeadm')
  const record = `${output}.hash`
  const start = performance.now()
  const { code } = await bundle(root, 'bin/kubeadm.ts')
  const node = realpathSync(process.execPath)
  const hash = createHash('sha256').update(code).update(process.version).update(process.arch).update(JSON.stringify(settings)).digest('hex')
  if (!fresh && existsSync(output) && existsSync(record) && readFileSync(record, 'utf8') === hash) {
    return say(`${relative(root, output)} is up to date`)
  }
  mkdirSync(dirname(output), { recursive: true })
  const scratch = mkdtempSync(join(root, 'build', 'sea-'))
  try {
    const main = join(scratch, 'kubeadm.mjs')
    writeFileSync(main, code)
    const executable = stripped(node, join(scratch, 'node'))
    const finished = join(scratch, 'kubeadm')
    const configuration = join(scratch, 'sea.json')
    writeFileSync(configuration, JSON.stringify({ ...settings, main, executable, output: finished }))
    execFileSync(node, ['--build-sea', configuration], { stdio: ['ignore', 'ignore', 'inherit'], env: {} })
    renameSync(finished, output)
    writeFileSync(record, hash)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  say(`${relative(root, output)} built in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

/** "none": NODE_OPTIONS of the caller's environment must not run code in a program that writes CA keys. */
const settings = {
  mainFormat: 'module',
  disableExperimentalSEAWarning: true,
  useCodeCache: true,
  execArgvExtension: 'none',
}

/** Node without its symbols, a fifth smaller. Before the program goes in: stripped afterwards, it crashes. */
function stripped(node: string, output: string): string {
  try {
    execFileSync('strip', ['-o', output, node], { stdio: 'ignore' })
    return output
  } catch {
    say('strip is not installed (apt-get install binutils): the executable stays larger than it could be')
    return node
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

await build(dirname(import.meta.dirname), process.argv.includes('--fresh'))
