import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const here = (path: string) => new URL(`../../../${path}`, import.meta.url)

test('the tutorial shows the todo list file by file, and all of it', async () => {
  const tutorial = await readFile(here('docs/tutorial.md'), 'utf8')
  const shown = new Map(
    Array.from(tutorial.matchAll(/^`([\w-]+\.tsx?)`\n\n```tsx?\n([\s\S]*?)^```/gm), ([, name, code]) => [
      name,
      code,
    ]),
  )
  const files = await readdir(here('examples/todos/src'))
  expect(new Set(shown.keys())).toEqual(new Set(files))
  for (const file of files)
    expect(await readFile(here(`examples/todos/src/${file}`), 'utf8')).toBe(shown.get(file))
})
