import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { CommandOptions, CommandResult, Commands } from './host.ts'

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Real programs: never through a shell, with a fixed PATH and locale, so that the caller's environment cannot steer them. */
export function localCommands(emit: Emit, environment: Readonly<Record<string, string | undefined>>): Commands {
  const run = async (program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> => {
    const { execa } = await import('execa')
    const timeout = options.timeout ?? 60_000
    const result = await execa(program, args, {
      reject: false,
      // The caller's directory may be gone.
      cwd: '/',
      extendEnv: false,
      env: { PATH: searchPath.join(':'), LC_ALL: 'C', HOME: environment['HOME'] ?? '/root', ...options.env },
      timeout,
      stripFinalNewline: true,
      ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    })
    if (result.timedOut) {
      throw new Problem('command-timed-out', `${program} ${args[0] ?? ''} did not end within ${timeout / 1000} s.`, [`Run it by hand to see why: ${[program, ...args].join(' ')}`])
    }
    if (result.code === 'ENOENT') return { exitCode: 127, stdout: '', stderr: `${program}: not found` }
    const stderr = text(result.stderr)
    // A program that never ran, or that a signal ended, has no exit code.
    const exitCode = result.exitCode ?? 128
    return { exitCode, stdout: text(result.stdout), stderr: exitCode === 128 && stderr === '' ? result.shortMessage ?? '' : stderr }
  }
  return {
    query: run,
    change: async (program, args, options) => {
      emit({ type: 'change', change: { kind: 'command', command: [program, ...args].join(' ') }, rehearsed: false })
      return await run(program, args, options)
    },
    find: async program => {
      for (const directory of program.startsWith('/') ? [''] : searchPath) {
        const path = directory === '' ? program : `${directory}/${program}`
        try {
          await access(path, constants.X_OK)
          return path
        } catch { /* not in this directory */ }
      }
      return undefined
    },
  }
}

function text(output: unknown): string {
  return typeof output === 'string' ? output : ''
}
