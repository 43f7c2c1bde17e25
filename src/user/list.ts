import type { Cluster } from '../cluster/cluster.ts'
import { bindingsOfUsers, type UserBinding } from './bindings.ts'
import { describeGrant } from './grants.ts'

export interface User {
  readonly name: string
  /** In words: `everything`, `what the Role editor allows in the namespace shop`. */
  readonly rights: readonly string[]
  /** The end of the certificate; absent when it is not known. */
  readonly expires?: Date
}

/** The users that `user create` made, by name, with what they may do. */
export async function listUsers(cluster: Cluster): Promise<readonly User[]> {
  const byName = Map.groupBy((await bindingsOfUsers(cluster)).filter(({ managed }) => managed), ({ user }) => user)
  return [...byName].toSorted(([one], [other]) => one < other ? -1 : 1).map(([name, bindings]) => {
    const expires = latest(bindings)
    return { name, rights: bindings.map(rightOf).toSorted(), ...expires !== undefined && { expires } }
  })
}

/** The last end of the certificates that were issued with bindings. */
export function latest(bindings: readonly UserBinding[]): Date | undefined {
  return bindings.flatMap(({ expires }) => expires ?? []).toSorted((one, other) => one.getTime() - other.getTime()).at(-1)
}

/** What a binding allows, in words. */
export function rightOf({ role, namespace }: UserBinding): string {
  return describeGrant({ kind: role.kind, role: role.name, ...namespace !== undefined && { namespace } })
}
