import t from 'tap'
import { formatDuration, milliseconds, normalDuration, parseDuration } from '../../src/config/duration.ts'

t.test('normal form', async t => {
  const cases = {
    '24h': '24h0m0s', '0': '0s', '0h': '0s', '90s': '1m30s', '1.5s': '1.5s', '100ms': '100ms', '1500ms': '1.5s', '1us': '1µs', '1.5µs': '1.5µs',
    '7ns': '7ns', '.5h': '30m0s', '1.h': '1h0m0s', '8760h': '8760h0m0s', '1h2m3.004s': '1h2m3.004s', '+5m': '5m0s', '1m1m': '2m0s',
  }
  for (const [text, normal] of Object.entries(cases)) t.equal(normalDuration(text, 'x'), normal, text)
  t.equal(formatDuration(-90_000_000_000n), '-1m30s')
})

t.test('what is no duration', async t => {
  for (const text of ['', '5', 'h', '1d', '5 m', ' 5m', '1h-5m', '.h', '--1s', '1e3s', '300000000h']) t.equal(parseDuration(text), undefined, JSON.stringify(text))
  t.throws(() => normalDuration('1d', 'timeouts.discovery'), { code: 'duration-malformed', message: /timeouts.discovery: "1d"/ })
  t.throws(() => normalDuration('-5m', 'ttl'), { code: 'duration-negative', message: 'ttl: -5m is negative.' })
})

t.test('milliseconds', async t => {
  t.equal(milliseconds('4m0s'), 240_000)
  t.equal(milliseconds('1.5ms'), 1.5)
  t.equal(milliseconds('0s'), 0)
})
