import { build, type Metafile } from 'esbuild'

export interface Bundle {
  /** One ES module that imports nothing but Node's own modules. */
  readonly code: Uint8Array
  /** The files that are run at every start, relative to the project; those behind `import()` are not among them. */
  readonly eager: readonly string[]
}

/** CommonJS packages inside an ES module call `require` for Node's own modules. */
const requireForPackages =
  `import { createRequire as createRequireForPackages } from 'node:module'
const require = createRequireForPackages(import.meta.url)`

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
    banner: { js: requireForPackages },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning'
  })
  return { code: result.outputFiles[0]!.contents, eager: eagerInputs(result.metafile, entry) }
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
