import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createQueue } from './queue.mjs'

describe('createQueue', () => {
  it('keeps the order of a key and never runs more than the limit', async () => {
    const queue = createQueue(3)
    const seen: Record<string, number[]> = { a: [], b: [], c: [], d: [] }
    let running = 0
    let most = 0
    for (let n = 0; n < 40; n++) {
      const key = 'abcd'[n % 4] ?? 'a'
      await queue.push(key, async () => {
        most = Math.max(most, ++running)
        await setImmediate()
        seen[key]?.push(n)
        running--
      })
    }
    await queue.idle()
    for (const list of Object.values(seen)) expect(list).toEqual([...list].sort((a, b) => a - b))
    expect(Object.values(seen).flat()).toHaveLength(40)
    expect(most).toBeLessThanOrEqual(3)
  })

  it('hands the first failure to whoever pushes or waits, and runs nothing of that key after it', async () => {
    const queue = createQueue(2)
    const after: string[] = []
    await queue.push('a', () => Promise.reject(new Error('no')))
    const next = queue.push('a', async () => void after.push('ran'))
    await expect(next).rejects.toThrow('no')
    await expect(queue.idle()).rejects.toThrow('no')
    expect(after).toEqual([])
  })
})
