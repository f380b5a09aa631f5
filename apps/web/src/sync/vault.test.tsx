import { afterEach, expect, test, vi } from 'vitest'
import { guardKept } from './vault.ts'

afterEach(() => vi.unstubAllGlobals())

const refusing = {
  open() {
    throw new DOMException('private window', 'SecurityError')
  },
}

test.each([
  ['is missing', undefined],
  ['refuses at once', refusing],
])('where IndexedDB %s the page goes on, with what localStorage keeps', async (_, indexedDB) => {
  vi.stubGlobal('indexedDB', indexedDB)
  await expect(guardKept('vault')).resolves.toBeUndefined()
})
