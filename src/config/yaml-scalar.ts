export type ScalarValue = string | number | boolean | null

const nulls = new Set(['', '~', 'null', 'Null', 'NULL'])
const booleans = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map(text => [text, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map(text => [text, false] as const),
])
const radixes = [[/^0b[01]+$/, 2, 2], [/^0o[0-7]+$/, 8, 2], [/^0x[0-9a-f]+$/i, 16, 2], [/^0[0-7]+$/, 8, 1], [/^\d+$/, 10, 0]] as const
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i

/**
 * The value of an unquoted text as Kubernetes' reader takes it, which is YAML 1.1's way in most: `yes`, `on` and `y` are
 * true, `017` is 15, `1_000` is 1000; but a date and `1:30` stay texts.
 */
export function resolvePlain(text: string): ScalarValue {
  if (nulls.has(text)) return null
  const on = booleans.get(text)
  if (on !== undefined) return on
  return resolveNumber(text) ?? text
}

/** The number that an unquoted text stands for; undefined when it is none. */
export function resolveNumber(text: string): number | undefined {
  if (!/^[-+.\d]/.test(text)) return undefined
  const digits = text.replaceAll('_', '')
  const sign = digits.startsWith('-') ? -1 : 1
  const unsigned = digits.replace(/^[-+]/, '')
  for (const [form, radix, skip] of radixes) if (form.test(unsigned)) return sign * Number.parseInt(unsigned.slice(skip), radix)
  return float.test(digits) ? Number(digits) : undefined
}
