/** The way out to the person or program that called us. Only the entry point knows the process behind it. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Whether standard output is a terminal that can be redrawn. */
  readonly interactive: boolean
  readonly colours: boolean
  readonly columns: number
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Such as linux/amd64. */
  readonly platform: string
  /** The path of this program. */
  readonly program: string
  /** The absolute path of a file that was named relative to where we were called. */
  absolute(path: string): string
  /** Settles when the first SIGINT or SIGTERM arrives. */
  readonly interrupted: Promise<'SIGINT' | 'SIGTERM'>
  /** One line typed in answer; undefined when nobody can be asked. */
  ask(question: string): Promise<string | undefined>
}

const codes = { green: 32, red: 31, yellow: 33, dim: 2, bold: 1 } as const

export function paint(terminal: Terminal, colour: keyof typeof codes, text: string): string {
  return terminal.colours ? `\u001B[${codes[colour]}m${text}\u001B[0m` : text
}
