import { isBuiltin } from 'node:module'
import { build, type Metafile, type Plugin } from 'esbuild'

export interface Bundle {
  /** One ES module that imports nothing but Node's own modules. */
  readonly code: Uint8Array
  /** The files that are run at every start, relative to the project; those behind `import()` are not among them. */
  readonly eager: readonly string[]
}

/** Bundles a program and all its packages into one file. What it imports by `import()` stays lazy inside that file. */
export async function bundle(root: string, entry: string): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'kubeadm.mjs',
    bundle: true,
    platform: 'node',
    target: 'node26',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [lazyBuiltins],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  return { code: result.outputFiles[0]!.contents, eager: eagerInputs(result.metafile, entry) }
}

/**
 * Imports of Node's own modules would all rise to the top of the one file, and every start would load node:http and the
 * rest for parts that do not run. Fetched by a call instead, each is loaded with the first part that wants it.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^[a-z]/ }, ({ path }) => isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin' } : undefined)
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) =>
      ({ contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)})`, loader: 'js' }))
  },
}

function eagerInputs(metafile: Metafile, entry: string): readonly string[] {
  const found = new Set<string>()
  const queue = [entry]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue
    found.add(path)
    for (const { path: imported, kind, external } of metafile.inputs[path]?.imports ?? []) {
      if (!external && kind !== 'dynamic-import') queue.push(imported)
    }
  }
  return [...found].sort()
}
