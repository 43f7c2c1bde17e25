import type { Check } from './check.ts'

/** A program that must be in PATH; `user` is who needs it and `origin` the package that brings it. */
export function programExists(program: string, user: string, origin: string): Check {
  return {
    name: `FileExisting-${program}`,
    run: async ({ host }) => await host.commands.find(program) !== undefined ? [] : [{
      level: 'error',
      message: `${user} needs the program ${program}, which is not in PATH.`,
      fix: [`Install it: apt-get install -y ${origin} (Debian, Ubuntu) or dnf install -y ${origin} (Fedora, RHEL)`],
    }],
  }
}
