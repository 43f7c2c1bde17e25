import t from 'tap'
import {
  addressKind, cidrContains, cidrSize, cidrsOverlap, formatAddress, formatCidr, joinHostPort, parseAddress, parseCidr,
  serviceAddress, splitHostPort,
} from '../../src/config/ip.ts'

const canonical = (text: string) => {
  const address = parseAddress(text)
  return address && formatAddress(address)
}
const network = (text: string) => {
  const cidr = parseCidr(text)
  if (cidr === undefined) throw new Error(text)
  return cidr
}

t.test('addresses have one spelling', async t => {
  t.equal(canonical('10.0.0.1'), '10.0.0.1')
  t.equal(canonical('255.255.255.255'), '255.255.255.255')
  t.equal(canonical('2001:DB8:0:0:0:0:0:1'), '2001:db8::1')
  t.equal(canonical('::'), '::')
  t.equal(canonical('::1'), '::1')
  t.equal(canonical('1::'), '1::')
  t.equal(canonical('2001:db8:0:1:0:0:0:1'), '2001:db8:0:1::1', 'the longest run of zeros is shortened')
  t.equal(canonical('2001:0:0:1:0:0:1:1'), '2001::1:0:0:1:1', 'the first of two equal runs')
  t.equal(canonical('1:0:2:3:4:5:6:7'), '1:0:2:3:4:5:6:7', 'a single zero stays')
  t.equal(canonical('::ffff:10.0.0.1'), '10.0.0.1', 'IPv4-mapped is IPv4, as in Go')
  t.equal(canonical('64:ff9b::10.0.0.1'), '64:ff9b::a00:1')
})

t.test('what is no address', async t => {
  for (const text of ['', 'a', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4/8', ':', ':::', '1::2::3', '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '12345::', 'fe80::1%eth0', '::1.2.3', ' 1.2.3.4']) {
    t.equal(parseAddress(text), undefined, JSON.stringify(text))
  }
})

t.test('networks', async t => {
  t.equal(formatCidr(network('10.96.3.4/12')), '10.96.0.0/12', 'host bits are cleared')
  t.equal(formatCidr(network('fd00:1234::ffff/64')), 'fd00:1234::/64')
  for (const text of ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/08', '/8', '10.0.0.0/8/8']) t.equal(parseCidr(text), undefined, text)
  t.equal(cidrSize(network('10.0.0.0/28')), 16n)
  t.ok(cidrsOverlap(network('10.0.0.0/8'), network('10.96.0.0/12')))
  t.ok(cidrsOverlap(network('10.96.0.0/12'), network('10.0.0.0/8')))
  t.notOk(cidrsOverlap(network('10.96.0.0/12'), network('10.112.0.0/12')))
  t.notOk(cidrsOverlap(network('::/0'), network('10.0.0.0/8')))
  t.ok(cidrContains(network('10.96.0.0/12'), { family: 4, value: network('10.111.255.255/32').base }))
  t.notOk(cidrContains(network('10.96.0.0/12'), { family: 4, value: network('10.112.0.0/32').base }))
})

t.test('Service addresses', async t => {
  t.equal(serviceAddress('10.96.0.0/12', 1), '10.96.0.1')
  t.equal(serviceAddress('10.96.0.0/12', 10), '10.96.0.10')
  t.equal(serviceAddress('fd00:10:96::/112', 10), 'fd00:10:96::a')
  t.equal(serviceAddress('fd00:10:96::/112,10.96.0.0/12', 1), 'fd00:10:96::1')
  t.throws(() => serviceAddress('10.0.0.0/29', 10), { code: 'service-subnet-unusable', message: /8 addresses.*number 10/ })
  t.throws(() => serviceAddress('nonsense', 1), { code: 'service-subnet-unusable' })
})

t.test('host and port', async t => {
  t.same(splitHostPort('10.0.0.1'), { host: '10.0.0.1', port: undefined })
  t.same(splitHostPort('10.0.0.1:6443'), { host: '10.0.0.1', port: 6443 })
  t.same(splitHostPort('fd00::1'), { host: 'fd00::1', port: undefined })
  t.same(splitHostPort('[fd00::1]:80'), { host: 'fd00::1', port: 80 })
  t.same(splitHostPort('[fd00::1]'), { host: 'fd00::1', port: undefined })
  for (const text of ['', ':6443', 'a:', 'a:0', 'a:65536', 'a:x', '[::1', '[::1]x', '[::1]:']) t.equal(splitHostPort(text), undefined, text)
  t.equal(joinHostPort('fd00::1', 6443), '[fd00::1]:6443')
  t.equal(joinHostPort('master', 6443), 'master:6443')
})

t.test('kinds', async t => {
  const kinds = {
    '0.0.0.0': 'unspecified', '::': 'unspecified', '127.1.2.3': 'loopback', '::1': 'loopback', '224.0.0.1': 'multicast', 'ff02::1': 'multicast',
    '169.254.1.1': 'link-local', 'fe80::1': 'link-local', '255.255.255.255': 'broadcast', '10.0.0.1': 'unicast', 'fd00::1': 'unicast',
  }
  for (const [text, kind] of Object.entries(kinds)) {
    const address = parseAddress(text)
    t.equal(address && addressKind(address), kind, text)
  }
})
