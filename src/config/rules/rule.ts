export type FieldPath = readonly [kind: string, ...path: (string | number)[]]

/** A field of the finished configuration whose value cannot work. */
export interface Violation {
  readonly field: FieldPath
  /** A sentence's rest after the field's name: `"x" is not …`. Never a secret. */
  readonly what: string
  readonly fix: string
  /** Makes the Problem's code when it is the only violation. */
  readonly code?: string
}

/** Looks at one aspect of a configuration; no violations means it holds. */
export type Rule<Subject> = (subject: Subject) => readonly Violation[]
