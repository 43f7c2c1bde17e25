/** The test points of one test file. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Counts a test file by the summary that tap writes last (`# { total: 3, pass: 2, fail: 1 }`). A file that ends without
 * one, or badly although nothing in it failed, counts as one failure.
 */
export function tally(output: string, exitCode: number | null): Tally {
  const summary = output.match(/^# (\{ total: .*\})$/m)?.[1] ?? ''
  const count = (name: string) => Number(summary.match(new RegExp(`\\b${name}: (\\d+)`))?.[1] ?? 0)
  const failed = count('fail')
  const unexplained = failed === 0 && (exitCode !== 0 || summary === '')
  return { passed: count('pass'), failed: unexplained ? 1 : failed, skipped: count('skip') + count('todo') }
}

/** What a failed test file wrote, without the points that passed. */
export function failures(output: string): string {
  return output.split('\n').filter(line => !/^\s*(ok \d+.*|\d+\.\.\d+.*|TAP version 14)?$/.test(line)).join('\n')
}

/** The name in a line that reports a passed subtest at the top of a file: `ok 2 - joins a node # time=1520ms`. */
export function passedSubtest(line: string): string | undefined {
  const [, name, milliseconds] = line.match(/^ok \d+ - (.*?) # time=([\d.]+)ms$/) ?? []
  return name === undefined ? undefined : `${name} (${seconds(Number(milliseconds))})`
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
