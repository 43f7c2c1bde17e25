import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Emit } from '../core/event.ts'
import { messageOf, Problem } from '../core/problem.ts'
import type { Files, FileStatus } from './host.ts'

/** The real disk. */
export function localFiles(emit: Emit): Files {
  return {
    read: path => unlessMissing(path, 'read', () => fs.readFile(path, 'utf8')),
    list: async path => (await unlessMissing(path, 'list', () => fs.readdir(path)))?.toSorted() ?? [],
    status: path => unlessMissing(path, 'look at', async () => describe(await fs.lstat(path))),
    resolve: path => unlessMissing(path, 'resolve', () => fs.realpath(path)),
    write: async (path, content, { mode, directoryMode = 0o755 }) => {
      await refused(path, 'write', async () => {
        await makeDirectories(dirname(path), directoryMode)
        if ((await unlessMissing(path, 'look at', () => fs.lstat(path)))?.isDirectory()) throw new Error('it is a directory')
        await replace(path, content, mode)
      })
      emit({ type: 'change', change: { kind: 'file', action: 'write', path }, rehearsed: false })
    },
    writeTogether: async files => {
      try {
        for (const { path, content, mode } of files) {
          await refused(path, 'write', async () => {
            await makeDirectories(dirname(path), 0o755)
            await stage(path, content, mode)
          })
        }
      } catch (error) {
        await Promise.allSettled(files.map(({ path }) => fs.rm(temporaryName(path), { force: true })))
        throw error
      }
      for (const { path } of files) await refused(path, 'write', async () => { await fs.rename(temporaryName(path), path) })
      for (const directory of new Set(files.map(({ path }) => dirname(path)))) await refused(directory, 'write', () => syncDirectory(directory))
      for (const { path } of files) emit({ type: 'change', change: { kind: 'file', action: 'write', path }, rehearsed: false })
    },
    link: async (path, target) => {
      await refused(path, 'write', async () => {
        const temporary = temporaryName(path)
        await fs.rm(temporary, { force: true })
        await fs.symlink(target, temporary)
        await fs.rename(temporary, path)
        await syncDirectory(dirname(path))
      })
      emit({ type: 'change', change: { kind: 'file', action: 'write', path }, rehearsed: false })
    },
    makeDirectory: async (path, mode) => {
      const made = await refused(path, 'create', async () => {
        return await makeDirectories(path, mode)
      })
      if (made !== undefined) emit({ type: 'change', change: { kind: 'directory', action: 'create', path }, rehearsed: false })
    },
    remove: async path => {
      // What a killed process left of writing it may hold the same secrets.
      await unlessMissing(path, 'remove', () => fs.rm(temporaryName(path), { force: true }))
      const status = await unlessMissing(path, 'look at', () => fs.lstat(path))
      if (status === undefined) return
      await refused(path, 'remove', () => fs.rm(path, { recursive: true, force: true }))
      emit({ type: 'change', change: { kind: status.isDirectory() ? 'directory' : 'file', action: 'remove', path }, rehearsed: false })
    },
  }
}

/** The first directory that had to be made, if any. The mode holds whatever the umask, for each one that is made. */
async function makeDirectories(path: string, mode: number): Promise<string | undefined> {
  const first = await fs.mkdir(path, { recursive: true, mode })
  if (first === undefined) return undefined
  for (let made = path; made.length >= first.length; made = dirname(made)) await fs.chmod(made, mode)
  return first
}

async function replace(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await stage(path, content, mode)
  await fs.rename(temporaryName(path), path)
  await syncDirectory(dirname(path))
}

/**
 * The temporary name is hidden (the kubelet ignores dot files among the manifests) and always the same, so that what a
 * killed process left is taken over by the next one instead of piling up.
 */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.kubeadm`)
}

/** Puts the content on the disk, under the temporary name. */
async function stage(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = temporaryName(path)
  await fs.rm(temporary, { force: true })
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = await fs.open(temporary, flags, 0o600)
  try {
    await file.writeFile(content)
    await file.chmod(mode)
    await file.sync()
  } catch (error) {
    await file.close()
    await fs.rm(temporary, { force: true })
    throw error
  }
  await file.close()
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await fs.open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function describe(status: { isFile(): boolean, isDirectory(): boolean, isSymbolicLink(): boolean, mode: number, size: number, uid: number, mtime: Date }): FileStatus {
  const kind = status.isFile() ? 'file' : status.isDirectory() ? 'directory' : status.isSymbolicLink() ? 'symlink' : 'other'
  return { kind, mode: status.mode & 0o7777, size: status.size, owner: status.uid, modified: status.mtime }
}

async function unlessMissing<Result>(path: string, verb: string, act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw failure(path, verb, error)
  }
}

async function refused<Result>(path: string, verb: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof Problem ? error : failure(path, verb, error)
  }
}

function failure(path: string, verb: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [reason, fix] = reasons[code] ?? [messageOf(error), `Look at it: ls -ld ${path}`]
  return new Problem('file-failed', `Cannot ${verb} ${path}: ${reason}.`, [fix.replaceAll('PATH', path)], { cause: error })
}

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['permission denied', 'Run the command as root.'],
  EPERM: ['not permitted', 'Run the command as root; an immutable file is freed by: chattr -i PATH'],
  ENOSPC: ['no space is left on its filesystem', 'Free space there: df -h "$(dirname PATH)"'],
  EDQUOT: ['the disk quota is used up', 'Raise the quota or free space.'],
  EROFS: ['its filesystem is read-only', 'Remount it: mount -o remount,rw "$(df --output=target "$(dirname PATH)" | tail -1)"'],
  EISDIR: ['it is a directory', 'Move it away: mv PATH PATH.old'],
  EIO: ['the disk reports an input/output error', 'Look at the kernel log: dmesg | tail'],
}
