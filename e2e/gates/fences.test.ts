import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { at } from '../harness/script.ts'

/** Lines of fences that open a block without saying what is in it. */
function unlabelled(text: string): number[] {
  const found: number[] = []
  let inside = ''
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence = '', label = ''] = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(line) ?? []
    if (!fence) continue
    if (inside) inside = label === '' && fence.startsWith(inside) ? '' : inside
    else {
      inside = fence
      if (label === '') found.push(index + 1)
    }
  }
  return found
}

it('every block of code in the docs says what it is (S0-35)', async () => {
  expect(unlabelled('```\na\n```\n\n```ts\nb\n```\n')).toEqual([1])
  const { stdout } = await promisify(execFile)('git', ['ls-files', '*.md'], { cwd: at('.') })
  const files = stdout.split('\n').filter(Boolean)
  expect(files.length).toBeGreaterThan(50)
  const wrong = await Promise.all(
    files.map(async (file) => unlabelled(await readFile(at(file), 'utf8')).map((line) => `${file}:${line}`)),
  )
  expect(wrong.flat()).toEqual([])
})
