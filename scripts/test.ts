import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { failures, passedSubtest, seconds, tally, type Tally } from './tap-report.ts'

const minute = 60_000
/** Everything has to be over by then; what has not begun counts as failed. Building Kubernetes, where it has to be, comes on top. */
let deadline = 24 * minute
const buildTimeout = 60 * minute
const unitTimeout = minute
const endToEndTimeout = 10 * minute
/** What a test that is told to stop may take to clear away its containers. */
const grace = 20_000

const root = dirname(import.meta.dirname)
const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)
const running = new Set<number>()

interface Outcome {
  readonly exitCode: number | null
  readonly output: string
  readonly timedOut: boolean
}

/** Runs a program in a process group of its own, so that at the deadline it ends with all that it has started. */
async function run(program: string, args: readonly string[], timeout: number, onLine?: (line: string) => void): Promise<Outcome> {
  const child = spawn(program, args, {
    cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, TAP_TIMEOUT: String(timeout / 1000) },
  })
  const group = child.pid
  if (group !== undefined) running.add(group)
  let output = ''
  let rest = ''
  let timedOut = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => { output += text })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (onLine !== undefined) lines.forEach(onLine)
  })
  const timers = [
    setTimeout(() => { timedOut = true; signal(group, 'SIGTERM') }, timeout + 1000),
    setTimeout(() => signal(group, 'SIGKILL'), timeout + 1000 + grace),
  ]
  const exitCode = await new Promise<number | null>(resolve => {
    child.on('error', error => { output += `${error.message}\n`; resolve(127) })
    // What a program leaves behind would hold its pipes open.
    child.on('exit', () => signal(group, 'SIGKILL'))
    child.on('close', resolve)
  })
  timers.forEach(clearTimeout)
  if (group !== undefined) running.delete(group)
  return { exitCode, output, timedOut }
}

function signal(group: number | undefined, name: NodeJS.Signals): void {
  if (group === undefined) return
  try {
    process.kill(-group, name)
  } catch { /* it has ended */ }
}

async function step(name: string, program: string, args: readonly string[], timeout = 5 * minute, onLine?: (line: string) => void): Promise<Tally> {
  const start = performance.now()
  const { exitCode, output } = await run(program, args, timeout, onLine)
  const passed = exitCode === 0
  say(`${mark(passed)} ${name} (${seconds(performance.now() - start)})`)
  if (!passed) say(output)
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 }
}

async function testFile(file: string, timeout: number, live: boolean): Promise<Tally> {
  const start = performance.now()
  const remaining = deadline - performance.now()
  if (remaining < grace) {
    say(`${mark(false)} ${file} not run: the time for all tests is over`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  if (live) say(`  ${file}`)
  const limit = Math.min(timeout, remaining)
  const { exitCode, output, timedOut } = await run('node', [file], limit, live ? line => {
    const name = passedSubtest(line)
    if (name !== undefined) say(`    ${mark(true)} ${name}`)
  } : undefined)
  const result = tally(output, timedOut ? 1 : exitCode)
  const skipped = result.skipped === 0 ? '' : `, ${result.skipped} skipped`
  say(`${mark(result.failed === 0)} ${file} ${result.passed} passed${skipped} (${seconds(performance.now() - start)})`)
  if (timedOut) say(`It was stopped after ${seconds(limit)}.`)
  if (result.failed > 0) say(failures(output))
  return result
}

/** Runs the files `parallel` at a time. */
async function testFiles(files: readonly string[], timeout: number, parallel: number): Promise<readonly Tally[]> {
  const queue = [...files]
  const results: Tally[] = []
  await Promise.all(Array.from({ length: parallel }, async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) results.push(await testFile(file, timeout, parallel === 1))
  }))
  return results
}

function mark(passed: boolean): string {
  const [text, colour] = passed ? ['ok', 32] : ['FAILED', 31]
  return process.stdout.isTTY ? `\u001B[${colour}m${text}\u001B[0m` : text
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    for (const group of running) signal(group, 'SIGTERM')
    process.exitCode = 1
    setTimeout(() => process.exit(1), grace).unref()
  })
}

const { values, positionals } = parseArgs({ options: { unit: { type: 'boolean', default: false } }, allowPositionals: true })
const named = positionals.length > 0
const isEndToEnd = (file: string) => file.startsWith('test/e2e/')
const files = named ? positionals : globSync('test/**/*.test.ts', { cwd: root }).sort()
const unit = files.filter(file => !isEndToEnd(file))
const endToEnd = values.unit ? [] : files.filter(isEndToEnd)

const results: Tally[] = []
if (!named && !values.unit) results.push(await step('types', 'tsc', ['--noEmit']), await step('lint', 'oxlint', ['--deny-warnings']))
results.push(...await testFiles(unit, unitTimeout, 2))
if (endToEnd.length > 0) {
  results.push(await step('build', 'node', ['packaging/build.ts']))
  const start = performance.now()
  results.push(await step('node image', 'node', ['test/e2e/prepare.ts'], buildTimeout, line => say(`    ${line}`)))
  if (process.env['KUBEADM_ASSETS'] === undefined) deadline += performance.now() - start
  const ready = results.slice(-2).every(({ failed }) => failed === 0)
  if (ready) results.push(...await testFiles(endToEnd, endToEndTimeout, 1))
}
const sum = (count: (tally: Tally) => number) => results.reduce((total, result) => total + count(result), 0)
const [passed, failed, skipped] = [sum(result => result.passed), sum(result => result.failed), sum(result => result.skipped)]
if (skipped > 0) say(`${skipped} skipped`)
say(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? process.exitCode ?? 0 : 1
