import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from './limits.ts'
import { USAGE } from './options.ts'
import { STATUS } from './refusal.ts'

let docs: string
beforeAll(async () => {
  docs = await readFile(fileURLToPath(new URL('../../../docs/relay.md', import.meta.url)), 'utf8')
})

it.each(Object.entries(STATUS))('docs/relay.md has the code %s beside %i', (code, status) => {
  const row = docs.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${code}\``))
  expect(row).toMatch(new RegExp(`^\\|[ \\d,]*${status}`))
})

it.each(Object.keys(DEFAULT_LIMITS))('docs/relay.md has the limit %s', (limit) => {
  expect(docs).toContain(`\`${limit}\``)
})

const settings = [...USAGE.matchAll(/^ {2}(--[a-z-]+)(?: \S+)? {2,}([A-Z_]+)?/gm)].flatMap(
  ([, flag, variable]) => [flag, variable].filter((name) => name !== undefined),
)

it.each(settings)('docs/relay.md has the setting %s', (name) => {
  expect(docs).toContain(`\`${name}\``)
})

it('docs/relay.md has every header of the wire format', async () => {
  const wire: Record<string, unknown> = await import('@strandline/client/protocol')
  const headers = Object.entries(wire).filter(([name]) => name.endsWith('_HEADER'))
  expect(headers.length).toBeGreaterThan(15)
  const missing = headers.filter(([, header]) => !docs.toLowerCase().includes(String(header).toLowerCase()))
  expect(missing).toEqual([])
})
