import type { Phase } from '../core/phase.ts'
import { checkInit } from '../preflight/init.ts'
import type { InitContext } from './context.ts'

/** Everything that can be refused is refused here, before the first file is written. */
export const preflight: Phase<InitContext> = {
  name: 'preflight',
  summary: 'Check this machine and pull the images',
  flags: ['ignore-preflight-errors', 'cri-socket', 'image-repository'],
  run: async ({ configuration, host, resuming, emit }) => await checkInit(configuration, host, resuming, emit),
}
