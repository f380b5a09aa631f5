import { expect, test } from 'vitest'
import { persistOnce } from './persist.ts'

test('the browser is asked once, and a refusal or a missing API harms nothing', () => {
  let asked = 0
  const saved = persistOnce({
    persist: async () => {
      asked += 1
      throw new TypeError('not in this context')
    },
  })
  saved()
  saved()
  expect(asked).toBe(1)
  persistOnce(undefined)()
})
