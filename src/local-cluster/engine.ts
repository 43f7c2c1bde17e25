import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { waitFor } from '../core/wait.ts'
import type { Host } from '../host/host.ts'
import { ensureProgram } from './packages.ts'

const log = '/var/log/dockerd.log'
const pidFile = '/var/run/docker.pid'

/** Makes sure that docker is installed and its daemon answers. Starts the daemon so that it outlives this program. */
export async function ensureEngine(host: Host, emit: Emit): Promise<void> {
  await ensureProgram('docker', 'docker.io', host, emit)
  if (await answers(host)) return
  await ensureProgram('dockerd', 'docker.io', host, emit)
  if (host.machine.user().uid !== 0) {
    throw new Problem('docker-stopped', 'docker\'s daemon does not run, and only root can start it.', ['sudo systemctl start docker'])
  }
  emit({ type: 'note', text: 'Starting docker\'s daemon' })
  if (await host.files.status('/run/systemd/system') !== undefined) await host.services.start('docker')
  else await startDetached(host, emit)
  await waitFor({
    target: 'docker', timeout: 60_000, interval: 100, clock: host.clock, emit,
    setting: 'the time docker has to start', fix: [`tail ${log}`, 'journalctl -xeu docker', 'dockerd'],
  }, async () => {
    if (await answers(host)) return { done: true }
    const last = (await host.files.read(log))?.trim().split('\n').at(-1)
    return { seen: last === undefined ? 'no answer yet' : /msg="(.*?[^\\])"/.exec(last)?.[1] ?? last.slice(0, 200) }
  })
}

/** Whether docker's daemon is there, without starting anything. For taking down what may not exist. */
export async function engineRuns(host: Host): Promise<boolean> {
  return await host.commands.find('docker') !== undefined && await answers(host)
}

async function answers(host: Host): Promise<boolean> {
  const result = await host.commands.query('docker', ['version', '--format', '{{.Server.Version}}'])
  if (result.exitCode === 0) return true
  if (/permission denied/i.test(result.stderr)) {
    throw new Problem('docker-forbidden', 'docker\'s daemon runs, but this user may not talk to it.',
      ['sudo usermod -aG docker "$USER"   # then log in again', 'Run the same command with sudo'])
  }
  return false
}

/** No service manager: a daemon of its own session. The pid file of one that was killed would keep it from starting. */
async function startDetached(host: Host, emit: Emit): Promise<void> {
  const pid = (await host.files.read(pidFile))?.trim()
  if (pid !== undefined) {
    const name = (await host.files.read(`/proc/${pid}/comm`))?.trim()
    if (name === 'dockerd') {
      throw new Problem('docker-unresponsive', `docker's daemon runs as process ${pid} but does not answer.`,
        [`tail ${log}`, `kill ${pid}   # then run the same command again`])
    }
    emit({ type: 'note', text: `Removing ${pidFile}, left by a daemon that is gone` })
    await host.files.remove(pidFile)
  }
  const script = 'setsid nohup dockerd >>"$1" 2>&1 </dev/null &'
  await host.commands.change('sh', ['-c', script, 'start', log])
}
