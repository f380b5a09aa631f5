import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { arrival } from '../log/suite.ts'
import { roomy } from '../room.ts'
import { storageOver } from '../storage.ts'
import { idbStore } from '../store/idb.ts'
import { memoryStore } from '../store/memory.ts'
import { CLAIM_LIMITS } from './outbox.ts'

const ID = 'http://relay/v1/stream/a'
const START = { life: 0, count: 0, revision: 0 }
const error = { code: 'refused', status: 400, message: 'no' } as const

test.each([
  ['memory', memoryStore],
  ['indexeddb', () => idbStore('news')],
])('with the log comes what of the outbox is new to its reader, and no more: %s', async (_, open) => {
  const { log, outbox, close } = roomy(
    storageOver(open(), () => 0),
    () => true,
  )
  let known = { nextEntry: 0, outbox: -1 }
  const news = async () => {
    const slice = await log.read(ID, START, 1, known)
    known = slice.outbox?.mark ?? known
    return slice.outbox?.entries.map(({ txid, status }) => `${txid} ${status.state}`)
  }
  let head = -1
  const arrive = (...echoes: string[]) => {
    head += 1
    return log.append(ID, arrival(`${head - 1}`, `${head}`, ['item'], { echoes, upToDate: true }))
  }
  const add = (...txids: string[]) =>
    outbox.add(
      ID,
      txids.map((txid) => ({ txid, items: ['1'] })),
      () => 'p',
    )
  const claimed = async () => {
    const frozen = await outbox.freeze(ID, { ...CLAIM_LIMITS, entries: 1 }, () => 'p')
    if (!frozen) throw new Error('nothing was frozen')
    return frozen.claim
  }

  await log.open(ID, ID)
  await log.append(ID, arrival('-1', '-1', [], { upToDate: true }))
  await add('a', 'b')
  expect(await news()).toEqual(['a saved', 'b saved'])
  expect(await news()).toBeUndefined()
  await add('c')
  expect(await news()).toEqual(['c saved'])
  await arrive('foreign')
  expect(await news()).toBeUndefined()
  await arrive('b')
  expect(await news()).toEqual(['a saved', 'c saved'])
  const sent = await claimed()
  expect(await news()).toHaveLength(2)
  await outbox.settle(ID, sent, { kind: 'refused', error })
  expect(await news()).toEqual(['a rejected', 'c saved'])
  await outbox.retry(ID, 'a')
  expect(await news()).toEqual(['a saved', 'c saved'])
  await outbox.discard(ID, 'a')
  expect(await news()).toEqual(['c saved'])
  await claimed()
  await news()
  await outbox.doubt(ID, error)
  expect(await news()).toEqual(['c uncertain'])
  await log.drop(ID, 0)
  expect(await news()).toEqual(['c uncertain'])
  expect((await log.read(ID, START, 1)).outbox).toBeUndefined()
  close()
})
