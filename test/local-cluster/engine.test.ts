import t from 'tap'
import { memoryHost, type MemoryHostOptions } from '../../src/host/memory.ts'
import type { Host } from '../../src/host/host.ts'
import { ensureEngine, engineRuns } from '../../src/local-cluster/engine.ts'

const question = 'docker version --format {{.Server.Version}}'
const silent = () => {}

/** docker answers once something has been done to start it. */
function sleeping(options: MemoryHostOptions = {}) {
  const commands = { [question]: { exitCode: 1, stderr: 'Cannot connect to the Docker daemon' }, dockerd: '', sh: '', ...options.commands }
  const host = memoryHost({ ...options, commands })
  const started = () => host.ran.some(line => line.startsWith('sh ') || line === 'start docker')
  const query: Host['commands']['query'] = async (program, args) =>
    started() && program === 'docker' ? { exitCode: 0, stdout: '20.10', stderr: '' } : await host.commands.query(program, args)
  return { ...host, commands: { ...host.commands, query } }
}

t.test('a daemon that answers is left alone', async t => {
  const host = memoryHost({ commands: { [question]: '20.10' } })
  await ensureEngine(host, silent)
  t.same(host.ran, [question])
})

t.test('with systemd its unit is started, without it a daemon of its own', async t => {
  const withSystemd = sleeping({ files: { '/run/systemd/system/': '' } })
  await ensureEngine(withSystemd, silent)
  t.ok(withSystemd.ran.includes('start docker'))
  const without = sleeping()
  await ensureEngine(without, silent)
  t.match(without.ran.find(line => line.startsWith('sh ')), /setsid nohup dockerd .*\/var\/log\/dockerd\.log/)
})

t.test('the pid file of a daemon that is gone does not keep it from starting', async t => {
  const stale = sleeping({ files: { '/var/run/docker.pid': '4711' } })
  await ensureEngine(stale, silent)
  t.notOk(stale.disk.has('/var/run/docker.pid'))
  const reused = sleeping({ files: { '/var/run/docker.pid': '4711', '/proc/4711/comm': 'bash\n' } })
  await ensureEngine(reused, silent)
  t.notOk(reused.disk.has('/var/run/docker.pid'))
})

t.test('a daemon that runs but does not answer is not started twice', async t => {
  const host = sleeping({ files: { '/var/run/docker.pid': '4711', '/proc/4711/comm': 'dockerd\n' } })
  await t.rejects(ensureEngine(host, silent), { code: 'docker-unresponsive', message: /process 4711/ })
  t.ok(host.disk.has('/var/run/docker.pid'))
})

t.test('docker is installed when it is missing, and that is said', async t => {
  const notes: string[] = []
  let installed = false
  const host = memoryHost({ commands: { [question]: '20.10', 'apt-get': '' } })
  const machine: Host = {
    ...host,
    commands: {
      query: host.commands.query,
      change: async (program, args, options) => {
        installed ||= args.includes('docker.io')
        return await host.commands.change(program, args, options)
      },
      find: async program => program === 'docker' && !installed ? undefined : `/usr/bin/${program}`,
    },
  }
  await ensureEngine(machine, event => { if (event.type === 'note') notes.push(event.text) })
  t.same(notes, ['Installing docker.io with apt-get'])
  t.ok(host.ran.includes('apt-get install --yes --no-install-recommends docker.io'))
})

t.test('what this user may not do is said with what to do', async t => {
  await t.rejects(ensureEngine(memoryHost({ machine: { uid: 1000 } }), silent), { code: 'program-missing', fix: ['sudo apt-get install docker.io'] })
  await t.rejects(ensureEngine(memoryHost(), silent), { code: 'program-missing' }, 'no apt-get')
  await t.rejects(ensureEngine(sleeping({ machine: { uid: 1000 } }), silent), { code: 'docker-stopped', fix: ['sudo systemctl start docker'] })
  const forbidden = memoryHost({ commands: { [question]: { exitCode: 1, stderr: 'permission denied while trying to connect to the Docker daemon socket' } } })
  await t.rejects(ensureEngine(forbidden, silent), { code: 'docker-forbidden', message: /may not talk to it/ })
})

t.test('a daemon that never answers is given up with what it said last', async t => {
  const host = memoryHost({
    files: { '/var/log/dockerd.log': 'time="x" level=info msg="Starting up"\ntime="x" level=fatal msg="no space left"\n' },
    commands: { [question]: { exitCode: 1 }, dockerd: '', sh: '' },
  })
  await t.rejects(ensureEngine(host, silent), { code: 'timed-out', message: /no space left/ })
})

t.test('looking starts nothing', async t => {
  const host = memoryHost({ commands: { [question]: { exitCode: 1 } } })
  t.equal(await engineRuns(host), false)
  t.equal(await engineRuns(memoryHost()), false)
  t.same(host.ran, [question])
})
