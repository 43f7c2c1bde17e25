import t from 'tap'
import { expirationObject, expirationText } from '../../src/render/expiration.ts'

const now = new Date('2026-11-21T06:25:21.900Z')
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const found = {
  certificates: [
    { name: 'admin.conf', externallyManaged: false },
    { name: 'apiserver', expires: after(364.5 * 86_400), authority: 'ca', externallyManaged: true },
  ],
  authorities: [{ name: 'ca', expires: after(3649 * 86_400), externallyManaged: true }],
}

t.test('two tables', async t => {
  t.equal(expirationText(found, now), `\
CERTIFICATE            EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED
!MISSING! admin.conf
apiserver              Nov 20, 2027 18:25 UTC   364d            ca                      yes

CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED
ca                      Nov 17, 2036 06:25 UTC   9y              yes
`)
})

t.test('the time that is left, in the largest unit', async t => {
  for (const [seconds, text] of [[-2, '<invalid>'], [-0.5, '0s'], [59, '59s'], [60, '1m'], [3599, '59m'], [3600, '1h'], [86_399, '23h'], [86_400, '1d'], [365 * 86_400, '1y']] as const) {
    t.match(expirationText({ certificates: [{ name: 'a', expires: after(seconds), authority: 'ca', externallyManaged: false }], authorities: [] }, now), new RegExp(` ${text} `), String(seconds))
  }
})

t.test('for programs', async t => {
  t.strictSame(expirationObject(found, now), {
    kind: 'CertificateExpirationInfo',
    apiVersion: 'output.kubeadm.k8s.io/v1alpha3',
    certificates: [
      { name: 'admin.conf', expirationDate: null, residualTime: 0, externallyManaged: false, missing: true },
      { name: 'apiserver', expirationDate: '2027-11-20T18:25:21Z', residualTime: 31_492_800, externallyManaged: true, caName: 'ca', missing: false },
    ],
    certificateAuthorities: [{ name: 'ca', expirationDate: '2036-11-17T06:25:21Z', residualTime: 315_273_600, externallyManaged: true, missing: false }],
  })
})
