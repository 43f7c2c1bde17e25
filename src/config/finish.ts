import { refuse, type Complaint } from './complaint.ts'
import { noDocuments, type Documents } from './documents.ts'
import { flagName, flagsOfField } from './flags.ts'
import { deepFreeze } from './freeze.ts'
import type { Rule, Violation } from './rules/rule.ts'

/** The configuration, frozen. Throws one Problem with everything that the rules have against it. */
export function finish<Configuration>(
  configuration: Configuration, rules: readonly Rule<Configuration>[], documents: Documents, flags: object,
): Configuration {
  refuse(rules.flatMap(rule => rule(configuration)).map(violation => complaint(violation, documents, flags)))
  return deepFreeze(configuration)
}

/** Points at the flag that set the field, else at its place in the file, else at whatever could have set it. */
function complaint({ field, what, fix, code }: Violation, documents: Documents, flags: object): Complaint {
  const [kind, ...path] = field
  const candidates = flagsOfField[field.join('.')] ?? flagsOfField[field.slice(0, -1).join('.')] ?? []
  const used = candidates.find(flag => Object.entries(flags).some(([name, value]) => name === flag && value !== undefined))
  const flag = used ?? (documents === noDocuments ? candidates.at(-1) : undefined)
  const place = flag === undefined ? documents.locate(field) : undefined
  const subject = flag === undefined ? path.map((step, index) => typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`).join('') : flagName(flag)
  return {
    ...place && { place },
    what: `${subject}${flag === undefined && place === undefined ? ` (${kind})` : ''} ${what}`,
    fix,
    ...code !== undefined && { code },
  }
}
