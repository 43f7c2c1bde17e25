/** The type of a field in a configuration file, as data: what decoding checks, and what TypeScript infers from it. */
export type FieldType =
  | { readonly kind: 'string' | 'boolean' | 'integer' | 'number' | 'duration' | 'time' }
  | { readonly kind: 'choice', readonly values: readonly string[] }
  | { readonly kind: 'list', readonly items: FieldType }
  | { readonly kind: 'map', readonly values: FieldType }
  | { readonly kind: 'object', readonly fields: Fields, readonly required: readonly string[] }
  /** Kept as it is: a part of the file that belongs to another program. */
  | { readonly kind: 'data' }
  /** Upstream has it, we do not honour it yet: giving it is an error. */
  | { readonly kind: 'unsupported', readonly why: string }

export type Fields = { readonly [name: string]: FieldType }

/** What decoding a field of that type gives. A field that is absent, or null, is undefined. */
export type Decoded<Type> =
  Type extends { readonly kind: 'string' | 'duration' | 'time' } ? string :
  Type extends { readonly kind: 'boolean' } ? boolean :
  Type extends { readonly kind: 'integer' | 'number' } ? number :
  Type extends { readonly kind: 'choice', readonly values: readonly (infer Value)[] } ? Value :
  Type extends { readonly kind: 'list', readonly items: infer Item } ? readonly Decoded<Item>[] :
  Type extends { readonly kind: 'map', readonly values: infer Value } ? Readonly<Record<string, Decoded<Value>>> :
  Type extends { readonly kind: 'object', readonly fields: infer Of } ? { readonly [Name in keyof Of]?: Decoded<Of[Name]> } :
  Type extends { readonly kind: 'data' } ? unknown :
  undefined

export const string = { kind: 'string' } as const
export const boolean = { kind: 'boolean' } as const
export const integer = { kind: 'integer' } as const
export const number = { kind: 'number' } as const
export const duration = { kind: 'duration' } as const
export const time = { kind: 'time' } as const
export const data = { kind: 'data' } as const
export const choice = <const Values extends readonly string[]>(...values: Values) => ({ kind: 'choice', values }) as const
export const list = <const Items extends FieldType>(items: Items) => ({ kind: 'list', items }) as const
export const map = <const Values extends FieldType>(values: Values) => ({ kind: 'map', values }) as const
export const object = <const Of extends Fields>(fields: Of, ...required: readonly (keyof Of & string)[]) => ({ kind: 'object', fields, required }) as const
export const unsupported = (why: string) => ({ kind: 'unsupported', why }) as const
