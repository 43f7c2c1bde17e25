import { load } from 'js-yaml'
import t from 'tap'
import { resolvePlain } from '../../src/config/yaml-scalar.ts'
import { readYaml, type YamlNode } from '../../src/config/yaml-reader.ts'
import { toYaml } from '../../src/config/yaml.ts'

const read = (text: string) => readYaml({ file: 'a.yaml', text })
const plain = (node: YamlNode | undefined): unknown => node === undefined ? undefined : node.kind === 'scalar' ? node.value
  : node.kind === 'list' ? node.items.map(plain) : Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]))
const values = (text: string) => read(text).map(plain)

t.test('unquoted texts stand for what Kubernetes takes them for', async t => {
  for (const text of ['y', 'Y', 'yes', 'on', 'True', 'TRUE']) t.equal(resolvePlain(text), true, text)
  for (const text of ['n', 'N', 'no', 'off', 'False']) t.equal(resolvePlain(text), false, text)
  for (const text of ['', '~', 'null', 'Null']) t.equal(resolvePlain(text), null, text)
  const numbers = { '017': 15, '0o17': 15, '0b11': 3, '0x1F': 31, '1_000': 1000, '6.4e3': 6400, '+12': 12, '-12': -12, '08': 8, '.5': 0.5, '0': 0 }
  for (const [text, number] of Object.entries(numbers)) t.equal(resolvePlain(text), number, text)
  for (const text of ['tRUE', '1:30', '2020-01-01', '1.2.3', 'v1.36.3', '10.0.0.0/8', '_1', '-', '.', '1e', '0x', 'yess']) t.equal(resolvePlain(text), text, text)
})

t.test('files of all sorts', async t => {
  t.strictSame(values('\uFEFFa: 1\r\nb: "yes"\r\n---\r\n# nothing\r\n---\r\nc: |\r\n  x\r\n  y\r\n'), [{ a: 1, b: 'yes' }, { c: 'x\ny\n' }], 'BOM, CRLF, several documents')
  t.strictSame(values('{\t"a": [1,\t"017"],\n\t"b": {"c": null}}'), [{ a: [1, '017'], b: { c: null } }], 'JSON')
  t.strictSame(values('%YAML 1.1\n---\na: !!str 5\nb: !!int "7"\nc: ! on\n...\n'), [{ a: '5', b: 7, c: 'on' }], 'directives and tags')
  t.strictSame(values('x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\nz: {<<: [*x, {c: 4}]}'), [{ x: { a: 1, b: 2 }, y: { b: 3, a: 1 }, z: { a: 1, b: 2, c: 4 } }], 'merges')
  t.strictSame(values('x: &x [1]\ny: *x'), [{ x: [1], y: [1] }], 'aliases')
  t.strictSame(values('# only a comment\n'), [])
  t.strictSame(values(''), [])
})

t.test('what cannot be read is shown with its place', async t => {
  const refused = (text: string, message: RegExp) => t.throws(() => read(text), { code: 'configuration-malformed', message }, String(message))
  refused('a: [1\nb: 2', /^a\.yaml:2:1: this is not YAML: .*\n {4}b: 2$/)
  refused('a: 1\n\tb: 2', /^a\.yaml:2:1: .*tab/)
  refused('a: b: c', /^a\.yaml:1:5: /)
  refused('a: *nowhere', /^a\.yaml:1:5: nothing is marked &nowhere/)
  refused('a: &a [*a]', /nothing is marked &a/)
  refused('a: !!binary aGk=', /the type !!binary/)
  refused('a: {<<: 5}', /"<<" needs a mapping/)
  refused('? [a]\n: b', /a key has to be a text/)
  refused(`a: ${'['.repeat(200)}`, /depth|nest/i)
  refused(`# ${'x'.repeat(1024 * 1024)}`, /larger than 1 MiB/)
  const bomb = ['a0: &a0 [x]', ...Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(10)}]`)].join('\n')
  refused(bomb, /too many values/)
})

t.test('secrets in a shown line are masked', async t => {
  for (const line of ['token: abcdef.0123456789abcdef: x', '"token": "geheim": [', 'x: {token: geheim}: y', 'oops: abcdef.0123456789abcdef: x', 'certificateKey: geheim: x']) {
    t.throws(() => read(line), { message: /…/ }, line)
    try { read(line) } catch (error) { t.notMatch(String(error), /geheim|0123456789abcdef/) }
  }
})

t.test('writing', async t => {
  t.equal(toYaml({ b: [{ d: 1, c: 'yes' }], a: { z: undefined, w: null }, e: [], f: '017', g: 'x '.repeat(60) + 'x' }),
    `a:\n  w: null\nb:\n- c: "yes"\n  d: 1\ne: []\nf: "017"\ng: ${'x '.repeat(60)}x\n`)
  const odd = ['y', 'n', 'on', '~', '', '1:30', '2020-01-01', '0x1f', '1e3', '1_000', '.inf', '<<', '=', '- x', '*x', '%x', 'a: b', 'a\nb', ' a', 'µ', '"', '\'']
  t.strictSame(load(toYaml(odd)), odd, 'read back by YAML 1.2')
  t.strictSame(values(toYaml(odd)), [odd], 'and as Kubernetes reads')
  const shared = { a: 1 }
  t.notMatch(toYaml({ x: shared, y: shared }), /[&*]/, 'no aliases')
})
