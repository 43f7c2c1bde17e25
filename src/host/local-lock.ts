import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '../core/problem.ts'

/**
 * flock(2) by way of util-linux' flock(1), which Node itself does not offer: the child holds the lock for as long as our
 * end of its standard input is open, so the kernel frees it whatever happens to us, SIGKILL included.
 */
export async function flock(path: string, holder: string): Promise<() => void> {
  await mkdir(dirname(path), { recursive: true })
  const child = spawn('/usr/bin/flock', ['--nonblock', '--conflict-exit-code', '75', path, '/bin/cat'],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
  child.stdin.on('error', () => { /* the child has gone; its exit says why */ })
  child.stdin.write('held\n')
  const outcome = await Promise.race([
    once(child.stdout, 'data').then(() => 'held' as const),
    once(child, 'exit').then(([code]) => code === 75 ? 'taken' as const : 'failed' as const),
    once(child, 'error').then(() => 'failed' as const),
  ])
  if (outcome === 'taken') {
    const other = (await readFile(path, 'utf8').catch(() => '')).trim()
    throw new Problem('already-running', `Another kubeadm is at work on this machine${other === '' ? '' : `: ${other}`}.`,
      ['Wait until it has ended, or end it, and run the command again.'])
  }
  if (outcome === 'failed') {
    throw new Problem('lock-failed', `Cannot lock ${path} with /usr/bin/flock.`, ['Install util-linux, and check that the directory is writable.'])
  }
  await writeFile(path, `${holder}\n`)
  child.unref()
  for (const stream of [child.stdin, child.stdout]) if ('unref' in stream && typeof stream.unref === 'function') stream.unref()
  return () => { child.stdin.end() }
}
