/** Kubernetes takes an empty text or a zero number for one that was not written. */
export function given<T extends string | number>(...values: readonly (T | undefined)[]): T | undefined {
  return values.find(value => value !== undefined && value !== '' && value !== 0)
}
