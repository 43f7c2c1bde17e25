import { refuse, type Complaint } from './complaint.ts'
import { decodeFields, type Report } from './decode-value.ts'
import type { Documents } from './documents.ts'
import { ignoredKinds, isKind, kindComplaint, kinds, type Kind } from './kinds.ts'
import type { FieldPath } from './rules/rule.ts'
import { placeAt, type Source } from './source.ts'
import { readYaml, type YamlMapping, type YamlNode } from './yaml-reader.ts'

// Nobody corrects more in one go, and a file that is something else altogether should not fill the screen.
const mostComplaints = 50

interface Reported {
  readonly offset: number
  readonly what: string
  readonly fix: string | (() => string)
}

/**
 * The documents of a configuration file, strictly: what is unknown, given twice, of a wrong type or not supported is
 * refused, all at once, each with its place. Throws a Problem (`configuration-malformed`, `configuration-invalid`).
 */
export function decode(text: string, file: string): Documents {
  const source: Source = { file, text }
  const reported: Reported[] = []
  const report: Report = (offset, what, fix) => { reported.push({ offset, what, fix }) }
  const roots = readYaml(source)
  if (roots.length === 0) report(0, 'the file is empty.', `Write documents of ${Object.keys(kinds).join(', ')}.`)

  const found = new Map<string, { readonly node: YamlMapping, readonly value: unknown }>()
  const notes: string[] = []
  for (const node of roots) {
    const kind = kindOf(node, report)
    if (kind === undefined) continue
    if (found.has(kind)) {
      report(node.start, `the file has a second ${kind}.`, 'Keep one of them.')
    } else if (isKind(kind) && node.kind === 'mapping') {
      found.set(kind, { node, value: decodeFields(node, kinds[kind].type, kind, report, ['apiVersion', 'kind']) })
    } else {
      notes.push(`${file}: the ${kind} is ignored; it is for kubeadm upgrade.`)
    }
  }
  refuse(complaints(source, reported))
  const documents = Object.fromEntries([...found].flatMap(([kind, { value }]) => isKind(kind) ? [[kinds[kind].name, value]] : []))
  return {
    // The schemas say what was decoded; from here on the types infer it from them.
    ...documents as Pick<Documents, (typeof kinds)[Kind]['name']>,
    file,
    notes,
    locate: field => {
      const start = offsetOf(found.get(field[0])?.node, field)
      return start === undefined ? undefined : placeAt(source, start)
    },
  }
}

/** In the file's order. */
function complaints(source: Source, reported: readonly Reported[]): readonly Complaint[] {
  const shown = reported.toSorted((one, other) => one.offset - other.offset).slice(0, mostComplaints)
  const more = reported.length - shown.length
  return [
    ...shown.map(({ offset, what, fix }) => ({ place: placeAt(source, offset), what, fix: typeof fix === 'string' ? fix : fix() })),
    ...more > 0 ? [{ what: `${source.file} has ${more} more errors.`, fix: 'Correct these first, or name another file.' }] : [],
  ]
}

function kindOf(node: YamlNode, report: Report): string | undefined {
  if (node.kind !== 'mapping') {
    report(node.start, 'a document has to be a mapping of fields.', 'Begin it with apiVersion: and kind:.')
    return undefined
  }
  const at = (key: string) => node.entries.find(entry => entry.key === key)
  const text = (key: string) => {
    const value = at(key)?.value
    return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined
  }
  const [apiVersion, kind] = [text('apiVersion'), text('kind')]
  if (!apiVersion || !kind) {
    const missing = [!apiVersion && 'apiVersion', !kind && 'kind'].filter(name => name !== false).join(' and ')
    report(node.start, `the document has no ${missing}.`, kind && isKind(kind) ? `Write apiVersion: ${kinds[kind].apiVersion}` : 'Begin it with, for example, apiVersion: kubeadm.k8s.io/v1beta4 and kind: ClusterConfiguration.')
    return undefined
  }
  const complaint = kindComplaint(apiVersion, kind)
  if (complaint === undefined) return kind
  report(at(isKind(kind) || ignoredKinds.includes(kind) ? 'apiVersion' : 'kind')?.start ?? node.start, complaint.what, complaint.fix)
  return undefined
}

/** Where a field stands, or the closest of its parents that the document has. */
function offsetOf(root: YamlMapping | undefined, [, ...path]: FieldPath): number | undefined {
  let node: YamlNode | undefined = root
  let offset: number | undefined
  for (const step of path) {
    if (node?.kind === 'list' && typeof step === 'number') {
      node = node.items[step]
      offset = node?.start ?? offset
    } else if (node?.kind === 'mapping') {
      const entry: YamlMapping['entries'][number] | undefined = node.entries.find(({ key }) => key === step)
      node = entry?.value
      offset = entry?.start ?? offset
    } else {
      break
    }
  }
  return offset
}
