import t from 'tap'
import * as os from 'node:os'
import { defaultDevice, localMachine } from '../../src/host/local-machine.ts'

const machine = localMachine({ A: 'b' })

t.test('what the operating system says, in Kubernetes\' words', async t => {
  t.equal(machine.hostname(), os.hostname().toLowerCase())
  t.match(machine.architecture(), /^(amd64|arm64|arm|386|ppc64|s390x)$/)
  t.ok(machine.cpus() >= 1)
  t.ok(machine.memory() > 64 * 2 ** 20)
  t.same(machine.environment(), { A: 'b' })
  t.match(machine.user(), { uid: os.userInfo().uid, home: /^\// })
  t.match(machine.addresses().find(({ address }) => address === '127.0.0.1'), { interface: 'lo', prefix: 8, family: 4, internal: true })
})

t.test('the address of the default route, if any, is one of the machine\'s that others can reach', async t => {
  const address = await machine.defaultAddress()
  if (address !== undefined) t.match(machine.addresses().find(entry => entry.address === address), { internal: false })
})

t.test('a name that does not resolve has no addresses', async t => {
  t.same(await machine.lookup('no-such-name.invalid'), [])
  t.ok((await machine.lookup('127.0.0.1')).includes('127.0.0.1'))
})

const v4 = (...routes: readonly string[]) => ['Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT', ...routes, ''].join('\n')

t.test('IPv4: the default route with the lowest metric', async t => {
  t.equal(defaultDevice(4, v4(
    'eth1\t00000000\t010200C0\t0003\t0\t0\t200\t00000000\t0\t0\t0', 'eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
    'eth2\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
  )), 'eth0')
  t.equal(defaultDevice(4, v4('eth0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0')), undefined, 'half of the addresses are not all of them')
  t.equal(defaultDevice(4, ''), undefined)
})

t.test('IPv6: not the one that refuses everything', async t => {
  const none = '0'.repeat(32)
  const route = (metric: string, device: string, prefix = '00') => `${none} ${prefix} ${none} 00 fe800000000000000000000000000001 ${metric} 00000001 00000000 00450003     ${device}`
  t.equal(defaultDevice(6, [route('ffffffff', 'lo'), route('00000400', 'eth1'), route('00000064', 'eth0'), route('00000001', 'eth2', '40')].join('\n')), 'eth0')
  t.equal(defaultDevice(6, route('ffffffff', 'lo')), undefined)
})
