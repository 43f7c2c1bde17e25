import t from 'tap'
import { argument, byName, command, environment, loopback, probeHost } from '../../src/manifests/static-pod.ts'

t.test('flags: defaults sorted, the operator\'s after them as given', async t => {
  t.same(command('program', { b: '2', a: '1' }, []), ['program', '--a=1', '--b=2'])
  t.same(command('program', { b: '2', a: '1', c: '3' }, [{ name: 'z', value: '' }, { name: 'a', value: 'x' }, { name: 'a', value: 'y' }]),
    ['program', '--b=2', '--c=3', '--z=', '--a=x', '--a=y'])
})

t.test('the last of repeated flags counts', async t => {
  t.equal(argument([{ name: 'a', value: 'x' }, { name: 'a', value: 'y' }], 'a'), 'y')
  t.equal(argument([], 'a'), undefined)
})

t.test('variables are sorted, and the later of one name counts', async t => {
  t.same(environment([{ name: 'no_proxy', value: 'a' }, { name: 'HTTP_PROXY', value: 'b' }], [{ name: 'no_proxy', value: 'c' }]),
    [{ name: 'HTTP_PROXY', value: 'b' }, { name: 'no_proxy', value: 'c' }])
  t.same(byName([]), [])
})

t.test('addresses of probes', async t => {
  t.equal(probeHost('0.0.0.0'), undefined)
  t.equal(probeHost('::'), undefined)
  t.equal(probeHost('192.0.2.1'), '192.0.2.1')
  t.equal(loopback('192.0.2.1'), '127.0.0.1')
  t.equal(loopback('2001:db8::1'), '::1')
})
