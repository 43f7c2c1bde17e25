import type { Event } from './event.ts'
import type { Phase } from './phase.ts'

/** The files that the journal is kept in; structurally the host's. */
interface JournalFiles {
  read(path: string): Promise<string | undefined>
  write(path: string, content: string, options: { mode: number, directoryMode?: number }): Promise<void>
}

export const journalPath = '/var/lib/kubeadm/journal.json'

/** What a command of ours has done to this machine: lets the same command go on after it was cut off, and reset take back what stands here. */
export interface Journal {
  readonly command: 'init' | 'join'
  readonly finished: boolean
  /** Files that were written, in the order of their first writing. */
  readonly written: readonly string[]
}

/** The journal of the last init or join on this machine; undefined when there is none that can be read. */
export async function readJournal(files: Pick<JournalFiles, 'read'>): Promise<Journal | undefined> {
  const text = await files.read(journalPath)
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text) as Partial<Journal>
    if (value.command !== 'init' && value.command !== 'join') return undefined
    return { command: value.command, finished: value.finished === true, written: Array.isArray(value.written) ? value.written.filter(path => typeof path === 'string') : [] }
  } catch {
    return undefined
  }
}

export async function writeJournal(files: Pick<JournalFiles, 'write'>, journal: Journal): Promise<void> {
  await files.write(journalPath, `${JSON.stringify(journal, undefined, 2)}\n`, { mode: 0o600, directoryMode: 0o700 })
}

/** Collects from the event stream what belongs in a journal. */
export function journalist(): { hear(event: Event): void, written(): readonly string[] } {
  const written = new Set<string>()
  return {
    hear: event => {
      if (event.type === 'change' && event.change.kind === 'file' && event.change.action === 'write') written.add(event.change.path)
    },
    written: () => [...written].filter(path => path !== journalPath),
  }
}

/** A hidden step of a workflow that notes, before the first change, what has begun here. */
export function beginJournal<Context extends { readonly host: { readonly files: JournalFiles } }>(command: Journal['command']): Phase<Context> {
  return {
    name: 'journal',
    summary: 'Note what has begun, so that it can be gone on with',
    hidden: true,
    run: async ({ host }) => await writeJournal(host.files, { command, finished: false, written: [] }),
  }
}
