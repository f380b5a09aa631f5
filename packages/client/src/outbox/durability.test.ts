import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { arrival } from '../log/suite.ts'
import { storageOver } from '../storage.ts'
import { type Database, openDatabase } from '../store/database.ts'
import { idbStore } from '../store/idb.ts'
import { CLAIM_LIMITS } from './outbox.ts'

const ID = 'http://relay/v1/stream/a'
const error = { code: 'refused', message: 'no' } as const

/** A database, and the durability of each transaction that writes to it, in order. */
function watched() {
  const db = openDatabase('durability')
  const written: string[] = []
  const run: Database['run'] = (mode, durability, body) => {
    if (mode === 'readwrite') written.push(durability)
    return db.run(mode, durability, body)
  }
  return { db: { ...db, run }, written }
}

test('all that changes the outbox is strict; the log, which can be fetched again, is not (invariant 3)', async () => {
  const { db, written } = watched()
  const { log, outbox } = storageOver(idbStore('durability', db), () => 0)
  await log.open(ID, ID)
  await log.append(ID, arrival('-1', '1', [], { upToDate: true }))
  expect(written.splice(0)).toEqual(['relaxed', 'relaxed'])

  await outbox.add(
    ID,
    ['a', 'b'].map((txid) => ({ txid, items: ['1'] })),
    () => 'p',
  )
  const frozen = await outbox.freeze(ID, CLAIM_LIMITS, () => 'p')
  if (!frozen) throw new Error('nothing was frozen')
  await outbox.settle(ID, frozen.claim, { kind: 'refused', error })
  await outbox.doubt(ID, error)
  await outbox.retry(ID, 'a')
  await outbox.discard(ID, 'a')
  await log.drop(ID, 0)
  expect(written).toEqual(Array(7).fill('strict'))
  db.close()
})
