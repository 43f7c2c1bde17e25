import t from 'tap'
import { controlPlaneUrl, localUrl } from '../../src/config/endpoint.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'

const at = (controlPlaneEndpoint: string, advertiseAddress = '192.0.2.10', bindPort = 6443) =>
  controlPlaneWith({ cluster: { controlPlaneEndpoint }, localAPIEndpoint: { advertiseAddress, bindPort } })

t.test('the cluster is found at its endpoint', async t => {
  t.equal(controlPlaneUrl(at('')), 'https://192.0.2.10:6443')
  t.equal(controlPlaneUrl(at('api.example.com')), 'https://api.example.com:6443')
  t.equal(controlPlaneUrl(at('api.example.com', '192.0.2.10', 7443)), 'https://api.example.com:7443')
  t.equal(controlPlaneUrl(at('api.example.com:8443')), 'https://api.example.com:8443')
  t.equal(controlPlaneUrl(at('[2001:db8::1]:8443')), 'https://[2001:db8::1]:8443')
  t.equal(controlPlaneUrl(at('2001:db8::1')), 'https://[2001:db8::1]:6443')
})

t.test('a node is found at its address', async t => {
  t.equal(localUrl(at('api.example.com')), 'https://192.0.2.10:6443')
  t.equal(localUrl(at('', '2001:0db8:0::10')), 'https://[2001:db8::10]:6443')
})
