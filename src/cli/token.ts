import type { Command } from './command.ts'

export const token: Command = { command: 'token', describe: 'token' }
