import { defineConfig } from 'oxlint'

interface Boundary {
  /** The folders of src that may import it all the same. */
  readonly free: readonly string[]
  readonly regex: string
  readonly message: string
  readonly allowTypeImports?: true
}

const boundaries: readonly Boundary[] = [
  {
    free: ['host'],
    regex: '^(node:)?(fs|child_process|net|tls|https?|http2|dns|dgram|os|readline|tty|cluster|worker_threads|timers)(/.*)?$',
    message: 'Only src/host touches the machine: take the Host that is handed in.',
  },
  {
    free: ['host'],
    regex: '^(execa|systeminformation|@grpc/.*|protobufjs)$',
    message: 'Only src/host runs programs and looks at the machine: take the Host that is handed in.',
  },
  {
    free: ['host', 'certs', 'discovery', 'token', 'manifests'],
    regex: '^(node:)?crypto$',
    message: 'Only src/certs, src/discovery, src/host, src/manifests and src/token use node:crypto; randomness comes from the Host.',
  },
  { free: ['certs'], regex: '^node-forge(/.*)?$', message: 'Only src/certs reads and writes ASN.1.' },
  { free: ['host', 'cluster'], regex: '^undici$', message: 'Only src/cluster and src/host make connections.' },
  {
    free: ['cluster'],
    regex: '^@kubernetes/client-node(/.*)?$',
    allowTypeImports: true,
    message: 'Only src/cluster loads the API client; its types are free.',
  },
  { free: ['cli'], regex: '^yargs(/.*)?$', message: 'Only src/cli reads the command line.' },
  { free: [], regex: '^(node:)?process$', message: 'Only bin touches the process: take what it hands in.' },
]

function restrictedImports(folder?: string) {
  const patterns = boundaries
    .filter(({ free }) => folder === undefined || !free.includes(folder))
    .map(({ regex, message, allowTypeImports = false }) => ({ regex, message, allowTypeImports }))
  return { files: [folder === undefined ? 'src/**' : `src/${folder}/**`], rules: { 'no-restricted-imports': ['error', { patterns }] } } as const
}

const noProcess = { name: 'process', message: 'Only bin touches the process: take what it hands in.' }

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import'],
  options: { typeAware: true },
  ignorePatterns: ['node_modules', 'build', '.tap', 'test/golden'],
  categories: { correctness: 'error' },
  rules: {
    'eqeqeq': 'error',
    // What programs and servers print is cleaned of control characters.
    'no-control-regex': 'off',
    'no-console': 'error',
    'no-unused-vars': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    // tap collects the subtests that nobody awaits.
    'typescript/no-floating-promises': ['error', { allowForKnownSafePromises: [{ from: 'package', name: 'PromiseWithSubtest', package: '@tapjs/core' }] }],
    'typescript/no-misused-promises': 'error',
    // The API's types are declared as classes, and used as plain objects.
    'typescript/no-misused-spread': 'off',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // What the command line holds is unknown until it is turned to text.
    'typescript/no-base-to-string': 'off',
    // Interfaces here are made of functions, never of methods that need their object.
    'typescript/unbound-method': 'off',
  },
  overrides: [
    {
      files: ['src/**'],
      rules: {
        'no-restricted-globals': ['error', noProcess,
          { name: 'fetch', message: 'Ask through host.network.' },
          { name: 'setTimeout', message: 'Wait through host.clock.' },
        ],
      },
    },
    { files: ['src/host/**'], rules: { 'no-restricted-globals': ['error', noProcess] } },
    restrictedImports(),
    ...[...new Set(boundaries.flatMap(({ free }) => free))].map(restrictedImports),
    { files: ['oxlint.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
})
