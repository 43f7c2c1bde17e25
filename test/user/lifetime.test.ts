import t from 'tap'
import { certificateLifetime } from '../../src/user/lifetime.ts'

t.test('seconds', async t => {
  t.equal(certificateLifetime(undefined), 31_536_000)
  t.equal(certificateLifetime('8h'), 28_800)
  t.equal(certificateLifetime('30d'), 2_592_000)
  t.equal(certificateLifetime('10m'), 600)
})

t.test('what is refused', async t => {
  t.throws(() => certificateLifetime('soon'), { code: 'lifetime-refused', message: '"soon" is not a time such as 8h or 30d.' })
  for (const text of ['5m', '0', '-8h', '100000d', '99999999999999999999d']) t.throws(() => certificateLifetime(text), { code: 'lifetime-refused', message: /^A certificate cannot/ })
})
