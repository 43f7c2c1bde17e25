import type { Command } from './command.ts'

export const reset: Command = { command: 'reset', describe: 'reset' }
