import { resolve as resolvePath } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { main } from '../src/cli/main.ts'

for (const stream of [process.stdout, process.stderr]) stream.on('error', () => { /* the reader has gone: the work goes on */ })

const interactive = process.stdout.isTTY === true && process.env['TERM'] !== 'dumb'
const code = await main(process.argv.slice(2), {
  out: text => { process.stdout.write(text) },
  err: text => { process.stderr.write(text) },
  interactive,
  colours: interactive && (process.env['NO_COLOR'] ?? '') === '',
  columns: process.stdout.columns || 80,
  environment: { ...process.env },
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  program: process.execPath,
  absolute: path => resolvePath(path),
  interrupted: new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  }),
  ask: async question => {
    if (!process.stdin.isTTY) return undefined
    // Standard output may be meant for a program.
    const reader = createInterface({ input: process.stdin, output: process.stderr })
    try {
      return await reader.question(question)
    } catch {
      // Ctrl+C or Ctrl+D in place of an answer.
      process.stderr.write('\n')
      return undefined
    } finally {
      reader.close()
    }
  },
})
// What is still open (idle connections, the lock's keeper) must not hold the process; what was written must get out.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
