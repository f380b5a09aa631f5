import { expect, test } from 'vitest'
import { bell } from '../bell.ts'
import { browserEffects } from '../effects.ts'
import { arrival } from '../log/suite.ts'
import { storageOver } from '../storage.ts'
import { memoryStore } from '../store/memory.ts'
import type { Batch } from './batch.ts'
import { runIdle } from './idle.ts'
import type { Mirror } from './mirror.ts'
import { TIDY_LIMITS } from './tidy-limits.ts'

const ID = 'http://relay.test/v1/stream/room'

test('a log that is not worth folding is joined and packed then, without waiting for news', async () => {
  const { log } = storageOver(memoryStore(), Date.now)
  let record = await log.open(ID, ID)
  for (let n = 0; n < 20; n++) {
    const next = arrival(record.head, String(n + 1).padStart(2, '0'), [{ n }], { upToDate: true })
    record = (await log.append(ID, next)).record
  }
  const mirror = {
    record: () => record,
    refresh: async () => {
      record = await log.open(ID, ID)
    },
  } as Mirror
  const folding = () => () => {
    const left: unknown[] = []
    return {
      add: ({ items }: Batch) => void left.push(...items),
      end: () => ({ items: left.map((item) => JSON.stringify(item)), places: left.map((_, n) => n) }),
    }
  }
  const life = new AbortController()
  const limits = { idle: 0, join: 5, fold: 10, tail: 1 }
  const done = runIdle(
    { log, mirror, effects: browserEffects(), folding, moved: bell(), limits },
    life.signal,
  )
  while (record.joined < 20) await new Promise((resolve) => setImmediate(resolve))
  expect(record).toMatchObject({ folded: 0, foldAt: 40 })
  const { segments } = await log.read(ID, { life: 0, count: 0, revision: record.revision }, 99)
  expect(segments).toMatchObject([{ count: 20, packed: true, from: '-1', to: '20' }])
  life.abort()
  await done
})

test('what arrives while the log is joined is joined too, without waiting for more', async () => {
  const { log } = storageOver(memoryStore(), Date.now)
  let record = await log.open(ID, ID)
  const moved = bell()
  const arrive = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const { count, head } = record
      const next = arrival(head, String(count + 1).padStart(2, '0'), [`${count}`], { upToDate: true })
      record = (await log.append(ID, next)).record
    }
    moved.ring()
  }
  const mirror = {
    record: () => record,
    refresh: async () => {
      record = await log.open(ID, ID)
    },
  } as Mirror
  const life = new AbortController()
  let joins = 0
  const busy: typeof log = {
    ...log,
    async rewrite(id, change) {
      if (joins++ === 0) await arrive(5)
      return log.rewrite(id, change)
    },
  }
  await arrive(5)
  const parts = { log: busy, mirror, effects: browserEffects(), folding: () => undefined, moved }
  const done = runIdle({ ...parts, limits: { ...TIDY_LIMITS, idle: 0, join: 5 } }, life.signal)
  while (record.joined < 10) await new Promise((resolve) => setImmediate(resolve))
  const { segments } = await log.read(ID, { life: 0, count: 0, revision: record.revision }, 99)
  expect(segments.map(({ count }) => count)).toEqual([5, 5])
  life.abort()
  await done
})
