import { expect, test } from 'vitest'
import { outboxRows } from './outbox-rows.ts'
import { writeOf } from './testing/batches.ts'

test('the outbox in the order it is sent, whatever its ids are', () => {
  const { sink, show } = outboxRows('pending')
  const [z, a, m] = [writeOf('z', []), writeOf('a', []), writeOf('m', [])]
  const txids = () => sink.collection.toArray.map(({ txid }) => txid)
  show([z, a])
  expect(txids()).toEqual(['z', 'a'])
  show([z, a, m])
  expect(txids()).toEqual(['z', 'a', 'm'])
  show([a, m])
  expect(txids()).toEqual(['a', 'm'])
  show([{ ...a, state: 'rejected' }, m])
  expect(sink.collection.get('a')?.state).toBe('rejected')
  expect(txids()).toEqual(['a', 'm'])
  show([])
  expect(sink.collection.size).toBe(0)
})

test('only what changed is written', () => {
  const { sink, show } = outboxRows('pending')
  const seen: string[] = []
  sink.collection.subscribeChanges((changes) =>
    seen.push(...changes.map(({ type, key }) => `${type} ${key}`)),
  )
  const [a, b] = [writeOf('a', []), writeOf('b', [])]
  show([a, b])
  show([a, { ...b, state: 'sending' }])
  show([a, b].slice(1))
  expect(seen).toEqual(['insert a', 'insert b', 'update b', 'update b', 'delete a'])
})
