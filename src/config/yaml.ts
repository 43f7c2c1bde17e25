import { dump } from 'js-yaml'

/**
 * YAML as Kubernetes' encoder writes it: keys sorted, dashes of a list at its parent's indent, no line folding, texts that
 * an older reader would take for something else (`yes`, `017`, `1:30`) in quotes. Undefined values are left out.
 */
export function toYaml(value: unknown): string {
  return dump(sorted(value), { lineWidth: -1, seqNoIndent: true, noRefs: true, quoteStyle: 'double' })
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, child]) => child !== undefined)
  return Object.fromEntries(entries.toSorted(([one], [other]) => one < other ? -1 : 1).map(([key, child]) => [key, sorted(child)]))
}
