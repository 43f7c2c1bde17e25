import { formatDuration, parseDuration } from './duration.ts'
import { homeOf } from './kinds.ts'
import { nearest } from './rules/text.ts'
import type { Fields, FieldType } from './schema.ts'
import type { YamlMapping, YamlNode } from './yaml-reader.ts'

/** Where complaints go: an offset in the file, what is wrong there, how to mend it (a function where that takes time to find out). */
export type Report = (offset: number, what: string, fix: string | (() => string)) => void

/** The value of a field of that type. Null is absent. What does not fit is reported, and undefined here. */
export function decodeValue(node: YamlNode, type: FieldType, name: string, report: Report): unknown {
  if (node.kind === 'scalar' && node.value === null) return type.kind === 'data' ? null : undefined
  switch (type.kind) {
    case 'data': return plainData(node, report)
    case 'object': return node.kind === 'mapping' ? decodeFields(node, type, name, report) : mismatch(node, type, name, report)
    case 'map': return node.kind !== 'mapping' ? mismatch(node, type, name, report)
      : Object.fromEntries(unique(node, report).map(entry => [entry.key, decodeValue(entry.value, type.values, `${name}.${entry.key}`, report)]))
    case 'list': return node.kind !== 'list' ? mismatch(node, type, name, report)
      : node.items.map(item => decodeItem(item, type.items, name, report)).filter(item => item !== undefined)
    case 'unsupported': return isZero(node) ? undefined
      : report(node.start, `${name}: ${type.why} is not supported yet.`, 'Leave it out for now.')
    case 'string': case 'boolean': case 'integer': case 'number': case 'duration': case 'time': case 'choice':
      return node.kind === 'scalar' ? decodeScalar(node, type, name, report) : mismatch(node, type, name, report)
  }
}

/** The fields of an object; those of a document besides `apiVersion` and `kind`, when `also` names them. */
export function decodeFields(
  node: YamlMapping, { fields, required }: FieldType & { readonly kind: 'object' }, name: string, report: Report,
  also: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const decoded: Record<string, unknown> = {}
  for (const { key, start, value } of unique(node, report)) {
    const type = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (type !== undefined) {
      const result = decodeValue(value, type, key, report)
      if (result !== undefined) decoded[key] = result
    } else if (!also.includes(key)) {
      report(start, `"${key}" is not a field of ${name}.`, () => suggestion(key, fields))
    }
  }
  for (const missing of required.filter(key => !node.entries.some(entry => entry.key === key))) {
    report(node.start, `an entry of ${name} has no ${missing}.`, `Write ${missing}: …`)
  }
  return decoded
}

function suggestion(key: string, fields: Fields): string {
  const meant = nearest(key, Object.keys(fields))
  if (meant !== undefined) return `Did you mean ${meant}?`
  const home = homeOf(key)
  return home === undefined ? `Take it out. The fields are ${Object.keys(fields).join(', ')}.` : `Its place is ${home}.`
}

function decodeItem(node: YamlNode, type: FieldType, name: string, report: Report): unknown {
  if (node.kind !== 'scalar' || node.value !== null) return decodeValue(node, type, name, report)
  return report(node.start, `${name} has an empty item.`, 'Write a value after the dash, or take the dash out.')
}

function decodeScalar(
  node: YamlNode & { readonly kind: 'scalar' }, type: FieldType, name: string, report: Report,
): unknown {
  const { value, start } = node
  switch (type.kind) {
    case 'string': return typeof value === 'string' ? value : mismatch(node, type, name, report)
    case 'boolean': return typeof value === 'boolean' ? value : mismatch(node, type, name, report)
    case 'number': return typeof value === 'number' ? value : mismatch(node, type, name, report)
    case 'integer': return Number.isSafeInteger(value) ? value : mismatch(node, type, name, report)
    case 'choice': return value === '' ? undefined : typeof value === 'string' && type.values.includes(value) ? value
      : report(start, `${name} is none of ${type.values.join(', ')}.`, `Did you mean ${nearest(String(value), type.values) ?? type.values[0]}?`)
    case 'time': return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value))
      ? value : report(start, `${name} is no time.`, 'Write it as 2027-01-31T12:00:00Z.')
    case 'duration': {
      const nanoseconds = typeof value === 'string' ? parseDuration(value) : undefined
      if (nanoseconds === undefined) return report(start, `${name} is no duration.`, 'Write numbers with units, such as 90s, 5m or 24h; nothing is 0s.')
      return nanoseconds < 0n ? report(start, `${name} is negative.`, 'Write a duration of 0s or more.') : formatDuration(nanoseconds)
    }
    default: return mismatch(node, type, name, report)
  }
}

const wanted = {
  string: 'a text', boolean: 'true or false', integer: 'a whole number', number: 'a number', duration: 'a duration such as 5m', time: 'a time',
  choice: 'a text', list: 'a list', map: 'a mapping', object: 'a mapping', data: 'anything', unsupported: 'nothing',
} as const

function mismatch(node: YamlNode, type: FieldType, name: string, report: Report): undefined {
  const found = node.kind === 'scalar' ? { string: 'a text', number: 'a number', boolean: 'true or false' }[typeof node.value as 'string'] : `a ${node.kind}`
  report(node.start, `${name} has to be ${wanted[type.kind]}, not ${found}.`, remedy(node, type, name))
}

function remedy(node: YamlNode, type: FieldType, name: string): string {
  if (type.kind === 'string' && node.kind === 'scalar') return 'Put the value in quotes.'
  if (type.kind === 'list' && node.kind === 'mapping' && type.items.kind === 'object' && Object.hasOwn(type.items.fields, 'value')) {
    return `Write every entry as "- name: …" and "value: …" (older versions of the configuration had a mapping here).`
  }
  if (type.kind === 'list') return `Write every item of ${name} on a line of its own, after "- ".`
  if (type.kind === 'map' || type.kind === 'object') return `Write "name: value" lines below ${name}, indented.`
  return node.kind === 'scalar' && typeof node.value === 'string' ? 'Write it without quotes.' : `Write ${wanted[type.kind]}.`
}

function isZero(node: YamlNode): boolean {
  switch (node.kind) {
    case 'scalar': return node.value === null || node.value === '' || node.value === false
    case 'list': return node.items.length === 0
    case 'mapping': return node.entries.length === 0
  }
}

function plainData(node: YamlNode, report: Report): unknown {
  switch (node.kind) {
    case 'scalar': return node.value
    case 'list': return node.items.map(item => plainData(item, report))
    case 'mapping': return Object.fromEntries(unique(node, report).map(entry => [entry.key, plainData(entry.value, report)]))
  }
}

function unique(node: YamlMapping, report: Report): YamlMapping['entries'] {
  const keys = new Set<string>()
  return node.entries.filter(({ key, start }) => {
    if (keys.has(key)) report(start, `"${key}" is given twice.`, 'Keep one of them.')
    return keys.size < keys.add(key).size
  })
}
