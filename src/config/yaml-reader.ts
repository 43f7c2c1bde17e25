import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException, type Event, type ScalarEvent } from 'js-yaml'
import { complaintsProblem, type Place } from './complaint.ts'
import { placeAt, type Source } from './source.ts'
import { resolveNumber, resolvePlain, type ScalarValue } from './yaml-scalar.ts'

/** A value in a file, with the offset that it starts at. */
export type YamlNode =
  | { readonly kind: 'scalar', readonly value: ScalarValue, readonly start: number }
  | { readonly kind: 'list', readonly items: readonly YamlNode[], readonly start: number }
  | YamlMapping

export interface YamlMapping {
  readonly kind: 'mapping'
  /** In the file's order, a key that is written twice twice. */
  readonly entries: readonly YamlEntry[]
  readonly start: number
}

export interface YamlEntry {
  readonly key: string
  /** Of the key. */
  readonly start: number
  readonly value: YamlNode
}

const largestText = 1024 * 1024
// Aliases of aliases can make a small file stand for billions of values.
const mostNodes = 100_000
const deepest = 100
const merge = '<<'

/** The documents of a YAML or JSON file, empty ones left out. Throws a Problem with the place of what cannot be read. */
export function readYaml(source: Source): readonly YamlNode[] {
  if (source.text.length > largestText) throw malformed(undefined, `${source.file} is larger than 1 MiB.`, 'Name a kubeadm configuration; those are small.')
  try {
    return new Reader(source, parseEvents(source.text, { filename: source.file, maxDepth: deepest })).documents()
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    throw malformed(placeAt(source, error.mark?.position ?? 0), `this is not YAML: ${error.reason}.`, 'Correct the indentation, quotes or brackets there.')
  }
}

function malformed(place: Place | undefined, what: string, fix: string): Error {
  return complaintsProblem([{ ...place && { place }, what, fix, code: 'configuration-malformed' }])
}

/** Makes a tree of the parser's flat events. */
class Reader {
  readonly #source: Source
  readonly #events: readonly Event[]
  readonly #sizes = new Map<YamlNode, number>()
  #anchors = new Map<string, YamlNode>()
  #next = 0
  #count = 0

  constructor(source: Source, events: readonly Event[]) {
    this.#source = source
    this.#events = events
  }

  documents(): readonly YamlNode[] {
    const documents: YamlNode[] = []
    while (this.#take()?.type === EVENT_ID.DOCUMENT) {
      this.#anchors = new Map()
      while (!this.#closes()) documents.push(this.#node(0))
    }
    return documents.filter(document => document.kind !== 'scalar' || document.value !== null)
  }

  #take(): Event | undefined {
    return this.#events[this.#next++]
  }

  /** Steps over the end of what was opened last, if that is what comes. */
  #closes(): boolean {
    const event = this.#events[this.#next]
    if (event !== undefined && event.type !== EVENT_ID.POP) return false
    this.#next++
    return true
  }

  /** `fallback` is where a value stands that is not written out. */
  #node(fallback: number): YamlNode {
    const event = this.#take()
    const before = this.#count
    if (++this.#count > mostNodes) throw this.#refuse(fallback, 'the file stands for too many values.', 'Use fewer aliases (*name).')
    switch (event?.type) {
      case EVENT_ID.ALIAS: return this.#alias(event.anchorStart, event.anchorEnd)
      case EVENT_ID.SCALAR: return this.#keep(event, { kind: 'scalar', value: this.#scalar(event), start: event.valueStart < 0 ? fallback : event.valueStart }, before)
      case EVENT_ID.SEQUENCE: {
        const items: YamlNode[] = []
        while (!this.#closes()) items.push(this.#node(event.start))
        return this.#keep(event, { kind: 'list', items, start: event.start }, before)
      }
      case EVENT_ID.MAPPING: {
        const entries: YamlEntry[] = []
        while (!this.#closes()) entries.push(this.#entry())
        return this.#keep(event, { kind: 'mapping', entries: this.#merged(entries), start: event.start }, before)
      }
      default: throw this.#refuse(fallback, 'this is not YAML.', 'Correct it there.')
    }
  }

  #entry(): YamlEntry {
    const event = this.#events[this.#next]
    if (event?.type !== EVENT_ID.SCALAR) {
      throw this.#refuse(event !== undefined && 'start' in event ? event.start : 0, 'a key has to be a text.', 'Write name: value.')
    }
    this.#next++
    const start = Math.max(event.valueStart - (event.style === SCALAR_STYLE.PLAIN ? 0 : 1), 0)
    const key = event.valueStart < 0 ? '' : getScalarValue(this.#source.text, event)
    return { key, start, value: this.#node(start) }
  }

  /** `<<` puts the entries of other mappings below the mapping's own. */
  #merged(entries: readonly YamlEntry[]): readonly YamlEntry[] {
    if (!entries.some(entry => entry.key === merge)) return entries
    const own = entries.filter(entry => entry.key !== merge)
    const result = [...own]
    const known = new Set(own.map(entry => entry.key))
    for (const { value, start } of entries.filter(entry => entry.key === merge)) {
      for (const from of value.kind === 'list' ? value.items : [value]) {
        if (from.kind !== 'mapping') throw this.#refuse(start, '"<<" needs a mapping to merge.', 'Write <<: *name, where &name stands before a mapping.')
        result.push(...from.entries.filter(entry => !known.has(entry.key)))
        for (const entry of from.entries) known.add(entry.key)
      }
    }
    return result
  }

  #alias(start: number, end: number): YamlNode {
    const name = this.#source.text.slice(start, end)
    const node = this.#anchors.get(name)
    if (node === undefined) throw this.#refuse(start, `nothing is marked &${name} before this.`, `Mark a value with &${name} first.`)
    this.#count += this.#sizes.get(node) ?? 1
    return node
  }

  #keep(event: { readonly anchorStart: number, readonly anchorEnd: number }, node: YamlNode, before: number): YamlNode {
    this.#sizes.set(node, this.#count - before)
    if (event.anchorStart >= 0) this.#anchors.set(this.#source.text.slice(event.anchorStart, event.anchorEnd), node)
    return node
  }

  #scalar(event: ScalarEvent): ScalarValue {
    const text = event.valueStart < 0 ? '' : getScalarValue(this.#source.text, event)
    const tag = event.tagStart < 0 ? undefined : this.#source.text.slice(event.tagStart, event.tagEnd)
    switch (tag) {
      case undefined: return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text
      case '!': case '!!str': return text
      case '!!null': return null
      case '!!int': case '!!float': return resolveNumber(text) ?? text
      case '!!bool': return resolvePlain(text)
      default: throw this.#refuse(event.tagStart, `the type ${tag} is not known here.`, 'Leave the tag out.')
    }
  }

  #refuse(offset: number, what: string, fix: string): Error {
    return malformed(placeAt(this.#source, offset), what, fix)
  }
}
