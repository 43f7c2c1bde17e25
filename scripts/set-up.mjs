// Installs what the project is built of, when it is missing or older than package-lock.json.
// Plain JavaScript, with no package and no new syntax: it is what runs first, by whatever Node (18 or later) the machine has.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const record = join(root, 'node_modules', '.set-up')
const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
const node = join(root, 'node_modules', '.bin', 'node')

if (!existsSync(node) || !existsSync(record) || readFileSync(record, 'utf8') !== wanted) {
  process.stdout.write('Installing the packages of package-lock.json into node_modules, Node among them (npm ci)\n')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) {
    process.stderr.write('npm ci failed. Is the npm registry reachable? Try: npm ping\n')
    process.exit(1)
  }
  if (!existsSync(node)) {
    process.stderr.write(`There is no Node for ${process.platform} ${process.arch} among the packages: use Linux on x64 or arm64.\n`)
    process.exit(1)
  }
  writeFileSync(record, wanted)
}
