import { expect, test, vi } from 'vitest'
import { isUnheard, untold } from './unheard.ts'

test('a TanStack of another build is told everything, as if somebody listened', () => {
  const other = {} as Parameters<typeof isUnheard>[0]
  const commit = vi.fn()
  expect(isUnheard(other)).toBe(false)
  untold(other, commit)
  expect(commit).toHaveBeenCalledOnce()
})
