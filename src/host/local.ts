import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Emit } from '../core/event.ts'
import { criRuntime } from './cri.ts'
import type { Host } from './host.ts'
import { localCommands } from './local-commands.ts'
import { localFiles } from './local-files.ts'
import { flock } from './local-lock.ts'
import { localMachine } from './local-machine.ts'
import { localNetwork } from './local-network.ts'
import { systemdServices } from './local-services.ts'

/** This machine. Every change is told to `emit`. */
export function localHost(emit: Emit, environment: Readonly<Record<string, string | undefined>>): Host {
  const commands = localCommands(emit, environment)
  return {
    files: localFiles(emit),
    commands,
    network: localNetwork,
    services: systemdServices(emit, commands),
    clock: {
      now: () => new Date(),
      ticks: () => performance.now(),
      sleep: async (milliseconds, signal) => await sleep(milliseconds, undefined, { signal }),
    },
    random: {
      bytes: count => randomBytes(count),
      text: (length, alphabet) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join(''),
    },
    machine: localMachine(environment),
    containerRuntime: endpoint => criRuntime(endpoint, emit),
    lock: flock,
  }
}
