import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { hostFacts, proxyVariables } from '../../src/manifests/host-facts.ts'
import { controlPlane } from '../fixtures/control-plane.ts'

t.test('what of the machine shows in static Pods', async t => {
  const host = memoryHost({
    files: { '/etc/pki/tls/certs/': '', '/etc/kubernetes/pki/ca.crt': 'ca' },
    machine: { environment: { HTTPS_PROXY: 'http://proxy.example.com', PATH: '/bin' } },
  })
  t.strictSame(await hostFacts(host, controlPlane), {
    caDirectories: ['/etc/pki/tls/certs'], proxies: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.com' }], externalCA: true,
  })
  t.equal((await hostFacts(memoryHost({ files: { '/etc/kubernetes/pki/ca.crt': '', '/etc/kubernetes/pki/ca.key': '' } }), controlPlane)).externalCA, false)
  t.equal((await hostFacts(memoryHost(), controlPlane)).externalCA, false)
})

t.test('proxy variables in any case, none that is empty', async t => {
  t.strictSame(proxyVariables({ no_proxy: 'b', FTP_PROXY: 'a', http_proxy: '', HTTP_PROXIES: 'c', all_proxy: undefined }),
    [{ name: 'FTP_PROXY', value: 'a' }, { name: 'no_proxy', value: 'b' }])
})
