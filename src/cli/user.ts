import type { Command } from './command.ts'

export const user: Command = { command: 'user', describe: 'user' }
