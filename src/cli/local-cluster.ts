import type { Command } from './command.ts'

export const localCluster: Command = { command: 'local-cluster', describe: 'local-cluster' }
