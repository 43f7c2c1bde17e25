/** What a program wrote, made safe for a terminal: no escape sequences or control characters, no CRI log prefix, no empty lines. */
export function plainLines(lines: readonly string[]): readonly string[] {
  return lines.map(line => line
    .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g, '')
    // eslint-disable-next-line no-control-regex -- control characters are what has to go
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '')
    .replace(/^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] /, '')
    .trimEnd()).filter(line => line !== '')
}
