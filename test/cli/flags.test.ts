import t from 'tap'
import yargs from 'yargs'
import { camelCase, flags, lastOfEach, pick, type FlagName } from '../../src/cli/flags.ts'

const parse = async (names: readonly FlagName[], ...argv: readonly string[]) => lastOfEach(await yargs([...argv])
  .options(pick(...names)).parserConfiguration({ 'dot-notation': false, 'camel-case-expansion': false, 'boolean-negation': false, 'greedy-arrays': false }).parseAsync())

t.test('a list is split at commas, may be given again, and loses what is empty', async t => {
  t.same((await parse(['skip-phases'], '--skip-phases', 'a,b', '--skip-phases=c,,'))['skip-phases'], ['a', 'b', 'c'])
  t.same((await parse(['groups'], '--groups='))['groups'], [])
  t.equal((await parse(['groups']))['groups'], undefined)
})

t.test('of a single value the last counts', async t => {
  t.equal((await parse(['token'], '--token', 'a', '--token', 'b'))['token'], 'b')
  t.equal((await parse(['output'], '-o', 'json', '--output', 'text'))['output'], 'text')
})

t.test('in camelCase, only flags, and only those that are there', async t => {
  t.same(camelCase({ 'node-name': 'a', 'discovery-token-unsafe-skip-ca-verification': false, 'token': undefined, '_': ['join'], '$0': 'kubeadm', 'words': ['b'] }),
    { nodeName: 'a', discoveryTokenUnsafeSkipCaVerification: false })
})

t.test('every flag says what it is for, in words of its own', async t => {
  const described = Object.values(flags).map(({ describe }) => describe)
  t.equal(new Set(described).size, described.length)
  for (const text of described) t.match(text, /^[A-Z].*[^.]$/)
})
