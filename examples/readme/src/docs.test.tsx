import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const shown = [...(await readFile('docs/testing.md', 'utf8')).matchAll(/```tsx?\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
)

test.each(['vitest.config.ts', 'src/shared.test.tsx', 'src/offline.test.tsx'])(
  'docs/testing.md shows %s',
  async (path) => {
    expect(shown).toContain(await readFile(`examples/readme/${path}`, 'utf8'))
  },
)

test('docs/guides/react.md shows src/room.tsx, and no other code', async () => {
  const guide = await readFile('docs/guides/react.md', 'utf8')
  const blocks = [...guide.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, code]) => code)
  expect(blocks).toEqual([await readFile('examples/readme/src/room.tsx', 'utf8')])
})

test('a first test takes less than fifteen lines', () => {
  const lines = shown[1]?.split('\n').filter((line) => line.trim() !== '')
  expect(lines?.length).toBeLessThan(15)
})
