import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { surfaceOf } from './declarations.mjs'
import { root } from './root.mjs'

/** What people import, and where the compiler wrote down what it is. */
const modules = [
  { name: '@strandline/state', file: 'packages/state/dist/index.d.ts', page: 'state' },
  { name: '@strandline/state/react', file: 'packages/state/dist/react/index.d.ts', page: 'state-react' },
  { name: '@strandline/client', file: 'packages/client/dist/index.d.ts', page: 'client' },
  { name: '@strandline/relay', file: 'apps/relay/dist/index.d.ts', page: 'relay' },
  { name: '@strandline/relay/memory', file: 'apps/relay/dist/stores/memory.d.ts', page: 'relay-memory' },
  { name: '@strandline/relay/lmdb', file: 'apps/relay/dist/stores/lmdb.d.ts', page: 'relay-lmdb' },
  { name: '@strandline/relay/node', file: 'apps/relay/dist/hosts/node.d.ts', page: 'relay-node' },
  { name: '@strandline/relay/msw', file: 'apps/relay/dist/hosts/msw/index.d.ts', page: 'relay-msw' },
]

const folder = join(root, 'docs/api')
const kinds = ['function', 'class', 'const', 'interface', 'type']

/**
 * The API reference, made from the docstrings of what is built.
 *
 * @returns {Promise<Map<string, string>>} text by file name
 */
async function pages() {
  const made = new Map()
  for (const { name, file, page } of modules) made.set(`${page}.md`, await pageOf(name, join(root, file)))
  const list = modules.map(({ name, page }) => `- [\`${name}\`](${page}.md)`).join('\n')
  made.set('README.md', `# API reference\n\nMade from the docstrings by \`npm run docs\`.\n\n${list}\n`)
  return made
}

/**
 * @param {string} name
 * @param {string} file
 */
async function pageOf(name, file) {
  const { own, foreign } = await surfaceOf(file)
  const sorted = own.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
  const parts = sorted.map(({ name: title, doc, code }) => {
    return `## ${title}\n\n${doc ? `${doc}\n\n` : ''}\`\`\`ts\n${code}\n\`\`\`\n`
  })
  const passed = [...foreign].map(
    ([from, names]) => `- from \`${from}\`: ${names.map((each) => `\`${each}\``).join(', ')}`,
  )
  if (passed.length > 0) parts.push(`## Passed on\n\n${passed.join('\n')}\n`)
  return `# ${name}\n\n${parts.join('\n')}`
}

/** Writes docs/api. */
export async function writeApiDocs() {
  await mkdir(folder, { recursive: true })
  for (const [file, text] of await pages()) await writeFile(join(folder, file), text)
}

/** A gate: docs/api says what the docstrings say, and every export has one, and so does each of its members. */
export async function apiDocs() {
  const stale = []
  for (const [file, text] of await pages()) {
    const there = await readFile(join(folder, file), 'utf8').catch(() => '')
    if (there !== text) stale.push(`docs/api/${file} is not what the docstrings say: npm run docs`)
  }
  const silent = []
  for (const { name, file } of modules) {
    const { own } = await surfaceOf(join(root, file))
    for (const { name: title, doc, silent: members } of own)
      for (const each of [...(doc ? [] : [title]), ...members.map((member) => `${title}.${member}`)])
        silent.push(`${name}: ${each} has no docstring`)
  }
  const tail = [...stale, ...silent]
  return { passed: tail.length === 0 ? 1 : 0, failed: tail.length === 0 ? 0 : 1, skipped: 0, tail }
}
