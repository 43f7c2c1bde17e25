/** Columns padded to their widest cell and three blanks, without trailing blanks: as kubectl and kubeadm print tables. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  // eslint-disable-next-line no-control-regex -- they would break the line, or steer the terminal
  const all = [header, ...rows].map(row => row.map(cell => cell.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' ')))
  const widths = header.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  return all.map(row => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ').trimEnd()}\n`).join('')
}
