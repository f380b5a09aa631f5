import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const generated = fileURLToPath(new URL('../generated', import.meta.url))

/**
 * The code of a guide as a module: its `ts` blocks and the `run` comments between them, in order. A line that ends
 * in `// => value` is a promise: the expression before it has that value, now or soon.
 *
 * @returns the module's path; it exports `run(relay, expect)`
 */
export async function moduleOf(guide: string): Promise<string> {
  const text = await readFile(guide, 'utf8')
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```|^<!-- run\n([\s\S]*?)^-->/gm)]
  const code = blocks.map(([, shown, hidden]) => shown ?? hidden ?? '').join('\n')
  const imports = [...code.matchAll(/^import .*$/gm)].map(([line]) => line)
  const body = code.replace(/^import .*$/gm, '').replace(/^(?!\s*\/\/)(.+?);? \/\/ => (.+)$/gm, promised)
  const module = `${imports.join('\n')}
export async function run({ relay, expect, thrown }) {
${body}
}
`
  await mkdir(generated, { recursive: true })
  const path = join(generated, `${guide.split('/').at(-1)?.replace('.md', '')}.ts`)
  await writeFile(path, module)
  return path
}

function promised(_: string, expression: string, value: string): string {
  return `await expect.poll(() => (${expression}), { timeout: 5_000, interval: 5 }).toEqual(${value})`
}
