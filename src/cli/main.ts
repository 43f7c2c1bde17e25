import yargs, { type Argv } from 'yargs'
import { Problem } from '../core/problem.ts'
import { problemText } from '../render/problem.ts'
import type { Terminal } from '../render/terminal.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { lastOfEach } from './flags.ts'

/** Runs a command line and gives the exit code: 0, 1 for every error, 130 and 143 after SIGINT and SIGTERM. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  let work: Promise<number> | undefined
  const parser = yargs(normalise(argv))
    .scriptName('kubeadm')
    .usage('kubeadm: bootstrap a Kubernetes cluster\n\n  kubeadm init master                                on the first server\n  kubeadm join node --token=<token> <master-ip>      on every other server\n  kubeadm user create bob                            credentials for a colleague')
    .parserConfiguration({
      'dot-notation': false, 'camel-case-expansion': false, 'boolean-negation': false,
      'greedy-arrays': false, 'parse-positional-numbers': false,
    })
    .option('v', { type: 'number', default: 0, global: true, describe: 'Detail of the output: 1 shows phases, 2 every change, 5 stacks of errors' })
    .locale('en')
    .version(false)
    .help('help').alias('h', 'help')
    .wrap(Math.min(terminal.columns, 110))
    .strict()
    .recommendCommands()
    .demandCommand(1, 'A command is required.')
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Problem('usage', message, [`kubeadm ${argv.filter(word => /^[a-z]/.test(word)).slice(0, 2).join(' ')} --help`])
    })
  const register = (to: Argv, list: readonly Command[]): Argv => list.reduce((parent, command) => parent.command({
    command: command.command,
    describe: command.describe,
    builder: (builder: Argv) => {
      const built = command.build?.(builder) ?? builder
      if (command.commands === undefined) return built
      const parent = register(built, command.commands)
      return command.run !== undefined ? parent : parent.demandCommand(1, `A command is required after "${command.command}".`)
    },
    handler: values => { work = command.run?.(lastOfEach(values), terminal) },
  }), to)
  register(parser, commands)
  try {
    let shown = ''
    await parser.parseAsync([...normalise(argv)], {}, (_error, _values, output) => { shown = output })
    if (work !== undefined) return await work
    if (shown !== '') terminal.out(`${shown}\n`)
    return 0
  } catch (error) {
    terminal.err(problemText(terminal, error, 0))
    return 1
  }
}

/** `_` in a flag's name is `-`, as upstream takes it, and `-v` without a number is 1 (it must not swallow the next word). */
function normalise(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return argv.map((word, index) => {
    if (end !== -1 && index >= end) return word
    if (word === '-v' || word === '--v') return /^\d+$/.test(argv[index + 1] ?? '') ? '--v' : '--v=1'
    const [name = '', ...value] = word.split('=')
    return name.startsWith('--') ? [name.replaceAll('_', '-'), ...value].join('=') : word
  })
}
