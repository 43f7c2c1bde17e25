import type { ResetConfiguration } from '../v1beta4.ts'
import { criSocketViolations, ignoredChecks } from './node.ts'
import type { Rule } from './rule.ts'

export const resetRules: readonly Rule<ResetConfiguration>[] = [
  ({ certificatesDir }) => certificatesDir.startsWith('/') ? [] : [{
    field: ['ResetConfiguration', 'certificatesDir'], what: `"${certificatesDir}" is not an absolute path.`, fix: 'Write the whole path, from /.',
  }],
  ({ criSocket }) => criSocketViolations(criSocket, ['ResetConfiguration', 'criSocket']),
  ({ ignorePreflightErrors }) => ignoredChecks(ignorePreflightErrors, ['ResetConfiguration', 'ignorePreflightErrors']),
]
