import { Problem } from '../core/problem.ts'

/** Gates of `--feature-gates name=true,other=false`. Throws a Problem for a malformed list; names are checked with the rest. */
export function parseFeatureGates(text: string): Readonly<Record<string, boolean>> {
  const entries = text.split(',').map(entry => entry.trim()).filter(entry => entry !== '').map(entry => {
    const [name = '', value = ''] = entry.split(/=(.*)/s)
    const on = booleans[value.trim().toLowerCase()]
    if (name === '' || on === undefined) {
      throw new Problem('feature-gate-malformed', `--feature-gates: "${entry}" is not a name with true or false.`,
        ['Write --feature-gates=Name=true,Other=false'])
    }
    return [name.trim(), on] as const
  })
  return Object.fromEntries(entries)
}

const booleans: Readonly<Record<string, boolean>> = { true: true, t: true, '1': true, false: false, f: false, '0': false }
