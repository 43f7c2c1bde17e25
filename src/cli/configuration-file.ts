import { decode } from '../config/decode.ts'
import type { Documents } from '../config/documents.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import type { Terminal } from '../render/terminal.ts'
import type { Values } from './command.ts'

/** What --config names, decoded; nothing when it was not given. Only a regular file is read: a pipe or a device might never end. */
export async function fileDocuments(host: Host, values: Values, terminal: Terminal): Promise<{ documents?: Documents }> {
  const path = values['config']
  if (typeof path !== 'string') return {}
  const real = await host.files.resolve(terminal.absolute(path))
  const status = real === undefined ? undefined : await host.files.status(real)
  const text = real !== undefined && status?.kind === 'file' ? await host.files.read(real) : undefined
  if (text === undefined) {
    throw new Problem('configuration-unreadable', status === undefined ? `There is no file ${path || '""'}.` : `${path} is not a regular file.`, ['Name a YAML file: --config FILE'])
  }
  return { documents: decode(text, path) }
}
