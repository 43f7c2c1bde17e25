import type { Command } from './command.ts'

export const join: Command = { command: 'join', describe: 'join' }
