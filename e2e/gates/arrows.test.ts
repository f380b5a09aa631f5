import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../harness/folder.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'

const ours = ['@strandline/relay', '@strandline/relay/memory', '@strandline/web', '@strandline/agent']
const react = ['react', 'react/jsx-runtime', 'react-dom/client']
const node = ['node:fs', 'node:stream/web']

/** What each folder may and may not import: the arrows of ARCHITECTURE.md. */
const arrows: Record<string, { may: string[]; mayNot: string[] }> = {
  'packages/client/src/log': {
    may: ['idb', '@durable-streams/client', '../errors.ts'],
    mayNot: [
      ...ours,
      ...react,
      ...node,
      '@strandline/state/react',
      '@tanstack/db',
      '../../../state/src/index.ts',
    ],
  },
  'packages/client/src/protocol': {
    may: ['./headers.ts', '@durable-streams/client'],
    mayNot: [...ours, ...react, ...node, '../errors.ts', '../log/log.ts', '@strandline/client', 'idb'],
  },
  'packages/state/src': {
    may: ['@tanstack/db', '@strandline/client', '@strandline/client/protocol', './change.ts'],
    mayNot: [
      ...ours,
      ...react,
      ...node,
      '@tanstack/react-db',
      './react/index.ts',
      '../../client/src/log/log.ts',
    ],
  },
  'packages/state/src/react': {
    may: ['react', '@tanstack/react-db', '../stream-db.ts'],
    mayNot: [...ours, ...node, 'react-dom/server'],
  },
  'packages/chat/src': {
    may: ['valibot', '@strandline/client', '@strandline/state', './run.ts'],
    mayNot: [...ours, ...react, ...node, '@tanstack/db', '@strandline/state/react', '../../state/src/row.ts'],
  },
  'apps/relay/src/routes': {
    may: ['jose', 'lmdb', 'node:fs/promises', '@strandline/client/protocol', '../decide.ts'],
    mayNot: [
      ...react,
      '@strandline/client',
      '@strandline/chat',
      '@strandline/state/react',
      '@tanstack/db',
      '../../../web/src/app.tsx',
    ],
  },
  'apps/web/src/features/x': {
    may: ['react', 'valibot', '@strandline/state/react', '@strandline/client', '@strandline/chat'],
    mayNot: [...node, '@strandline/relay/node', '../../../../relay/src/app.ts'],
  },
  'apps/agent/src': {
    may: ['node:child_process', '@strandline/state', '@strandline/client', '@strandline/chat'],
    mayNot: [...react, '@strandline/relay', '@strandline/web'],
  },
}

interface Report {
  diagnostics: { category: string; location: { path: string | { file: string } } }[]
}

/** Lints a few files in a folder that has nothing but them and our rules. */
async function lint(files: Record<string, string>, ...rules: string[]): Promise<Set<string>> {
  const folder = await use(tempFolder('arrows'))
  for (const path of ['biome.json', 'scripts/lint/no-sync.grit']) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await copyFile(at(path), join(folder.path, path))
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), text)
  }
  const biome = at('node_modules/@biomejs/biome/bin/biome')
  const only = rules.map((rule) => `--only=${rule}`)
  const args = [
    biome,
    'lint',
    ...only,
    '--vcs-enabled=false',
    '--max-diagnostics=none',
    '--reporter=json',
    '.',
  ]
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: folder.path }, (_, stdout) => resolve(stdout))
  })
  const { diagnostics } = JSON.parse(output) as Report
  return new Set(diagnostics.map(({ location: { path } }) => (typeof path === 'string' ? path : path.file)))
}

it('imports go along the arrows only', async () => {
  const files: Record<string, string> = {}
  const wrong: string[] = []
  for (const [folder, { may, mayNot }] of Object.entries(arrows)) {
    const lines = [...may, ...mayNot].map((name, n) => {
      const path = `${folder}/import-${n}.ts`
      if (mayNot.includes(name)) wrong.push(path)
      return [path, `import { x } from '${name}'\n\nexport const y = x\n`]
    })
    Object.assign(files, Object.fromEntries(lines))
  }
  expect(await lint(files, 'style/noRestrictedImports')).toEqual(new Set(wrong))
})

it('the relay speaks of streams, not of what is in them (S4-1)', async () => {
  const folder = at('apps/relay/src')
  const files = await readdir(folder, { recursive: true })
  const own = files.filter((path) => /(?<!\.test)\.ts$/.test(path) && !path.startsWith('testing/'))
  const words = /\b(chat|prompt|agent|approval|tool ?call|author|conversation)s?\b/i
  const spoken = await Promise.all(
    own.map(async (path) => words.exec(await readFile(join(folder, path), 'utf8'))?.[0]),
  )
  expect(own.length).toBeGreaterThan(40)
  expect(spoken.filter((word) => word !== undefined)).toEqual([])
})

it('a synchronous call has no way into the relay (S0-19)', async () => {
  const store = (call: string) => `import { store } from './store.ts'\n\nexport const x = store.${call}\n`
  const files = {
    'apps/relay/src/imported.ts': "import { readFileSync } from 'node:fs'\n\nexport const x = readFileSync\n",
    'apps/relay/src/called.ts': store("putSync('a', 1)"),
    'apps/relay/src/nested.ts': store("table('a').transactionSync(() => 1)"),
    'apps/relay/src/good.ts': store("put('a', { overlappingSync: false })"),
    'apps/relay/src/store.ts': 'export const store = {}\n',
    'packages/client/src/called.ts': store("putSync('a', 1)"),
    'packages/client/src/store.ts': 'export const store = {}\n',
  }
  const found = ['imported', 'called', 'nested'].map((name) => `apps/relay/src/${name}.ts`)
  expect(await lint(files)).toEqual(new Set(found))
})

it.each([
  [
    'values',
    "import { b } from './b.ts'\n\nexport const a = () => b\n",
    "import { a } from './a.ts'\n\nexport const b = () => a\n",
  ],
  [
    'types',
    "import type { B } from './b.ts'\n\nexport type A = B[]\n",
    "import type { A } from './a.ts'\n\nexport type B = A[]\n",
  ],
])('imports of %s go round in no circle', async (_, a, b) => {
  const found = await lint(
    { 'packages/client/src/a.ts': a, 'packages/client/src/b.ts': b },
    'suspicious/noImportCycles',
  )
  expect(found).toEqual(new Set(['packages/client/src/a.ts', 'packages/client/src/b.ts']))
})

it('what takes more than five arguments takes an object instead (S0-28)', async () => {
  const taking = (...names: string[]) =>
    `export const f = (${names.map((name) => `${name}: number`).join(', ')}) => ${names.join(' + ')}\n`
  const files = {
    'apps/relay/src/few.ts': taking('a', 'b', 'c', 'd', 'e'),
    'apps/relay/src/many.ts': taking('a', 'b', 'c', 'd', 'e', 'f'),
  }
  expect(await lint(files, 'complexity/useMaxParams')).toEqual(new Set(['apps/relay/src/many.ts']))
})
