import { deltaItem, rowItem } from '@strandline/chat'
import { expect, onTestFinished, test, vi } from 'vitest'
import { testClock } from '../testing/clock.ts'
import { failing, itemsOf, testRelay } from '../testing/relay.ts'
import { type JournalOptions, LINGER_MS, openJournal } from './journal.ts'
import { mergeDeltas } from './merge.ts'

const notice = (id: string) => rowItem('notice', { id, kind: 'info', source: 'test', text: id, at: 0 })
const delta = (key: string, from: number, text: string) => deltaItem('message.delta', key, { from, text })

async function desk(producer = 'agent') {
  const relay = testRelay()
  onTestFinished(() => relay.close())
  await relay.append('s', [notice('first')])
  const clock = testClock()
  let n = 0
  const open = (more: Partial<JournalOptions> = {}) => {
    const journal = openJournal({
      url: relay.url('s'),
      headers: {},
      fetch: relay.fetch,
      producer,
      clock,
      uuid: () => `${producer}-${n++}`,
      random: () => 1,
      ...more,
    })
    onTestFinished(() => journal.close())
    return journal
  }
  const keys = async () => (await itemsOf(relay, 's')).slice(1).map(({ key }) => key)
  return { relay, clock, open, keys }
}

/** Looks again and again, however long a busy machine takes. */
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 1 })

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what nobody waits for is gathered; a commit sends it at once, and itself after it (X6)', async () => {
  const { clock, open, keys, relay } = await desk()
  const journal = open()
  journal.write(notice('a'))
  journal.write(notice('b'))
  await turn()
  expect(await keys()).toEqual([])
  clock.advance(LINGER_MS)
  await until(async () => expect(await keys()).toEqual(['a', 'b']))
  journal.write(notice('c'))
  await journal.commit(notice('d'), notice('e'))
  expect(await keys()).toEqual(['a', 'b', 'c', 'd', 'e'])
  const [, , , c, d, e] = await itemsOf(relay, 's')
  expect(d?.headers.txid).toBe(e?.headers.txid)
  expect(c?.headers.txid).not.toBe(d?.headers.txid)
  expect(clock.timers).toBe(0)
})

test('no network, an answer that says busy, a lost answer: sent again, the same bytes, there once', async () => {
  const { relay, clock, open, keys } = await desk()
  const bodies: unknown[] = []
  const journal = open({
    fetch: (input, init) => {
      bodies.push(init?.body)
      return relay.fetch(input, init)
    },
  })
  await journal.commit(notice('claim'))
  bodies.length = 0
  relay.offline()
  let done = false
  void journal.commit(notice('a')).then(() => {
    done = true
  })
  await until(() => expect(bodies).toHaveLength(1))
  relay.online()
  relay.failNext({ status: 503 })
  relay.dropNextAck()
  await until(() => {
    clock.advance(10_000)
    expect(done).toBe(true)
  })
  expect(await keys()).toEqual(['claim', 'a'])
  expect(bodies).toHaveLength(4)
  expect(new Set(bodies).size).toBe(1)
})

test('S1-60 the next of its name takes over; the one before is refused and says nothing more', async () => {
  const { open, keys } = await desk()
  const ends: string[] = []
  const old = open({ onEnd: ({ code }) => ends.push(code) })
  await old.commit(notice('a'))
  const next = open()
  await next.commit(notice('b'))
  expect(next.epoch).toBe(old.epoch + 1)
  old.write(notice('late'))
  await expect(old.commit(notice('later'))).rejects.toMatchObject({ code: 'fenced' })
  expect(ends).toEqual(['fenced'])
  old.write(notice('never'))
  await next.commit(notice('c'))
  expect(await keys()).toEqual(['a', 'b', 'c'])
})

test('an answer lost at the claim raises the epoch, and readers see the item once by its txid', async () => {
  const { relay, clock, open } = await desk()
  const journal = open()
  relay.dropNextAck()
  const done = journal.commit(notice('a'))
  await until(() => {
    clock.advance(1000)
    expect(relay.requests.filter(({ method }) => method === 'POST').length).toBeGreaterThan(1)
  })
  const txid = await done
  const items = (await itemsOf(relay, 's')).slice(1)
  expect(new Set(items.map(({ headers }) => headers.txid))).toEqual(new Set([txid]))
})

test('what is refused is dropped alone; the journal goes on', async () => {
  const { relay, open, keys } = await desk()
  const journal = open()
  await journal.commit(notice('a'))
  relay.failNext({ status: 413 })
  await expect(journal.commit(notice('big'))).rejects.toMatchObject({ code: 'refused' })
  await journal.commit(notice('b'))
  expect(await keys()).toEqual(['a', 'b'])
})

test('one item that is refused takes no other with it', async () => {
  const { relay, clock, open, keys } = await desk()
  const journal = open()
  await journal.commit(notice('a'))
  const real = relay.fetch
  const picky: typeof fetch = async (input, init) =>
    String(init?.body).includes('"big"') ? new Response(null, { status: 413 }) : real(input, init)
  const second = open({ fetch: picky })
  await second.commit(notice('b'))
  second.write(notice('c'))
  second.write(notice('big'))
  second.write(notice('d'))
  await until(async () => {
    clock.advance(LINGER_MS)
    expect(await keys()).toEqual(['a', 'b', 'c', 'd'])
  })
})

test('a writer that is too fast is held back until there is room, or the end', async () => {
  const { relay, open } = await desk()
  const journal = open()
  relay.failNext(failing(503))
  journal.write(delta('m', 0, 'x'.repeat(1024 * 1024)))
  let free = false
  const room = journal.room().then(() => {
    free = true
  })
  await turn()
  expect(free).toBe(false)
  journal.close()
  await room
})

test('a stream that is deleted, or made anew, ends it', async () => {
  const { relay, open } = await desk()
  const journal = open()
  await journal.commit(notice('a'))
  await relay.remove('s')
  await expect(journal.commit(notice('b'))).rejects.toMatchObject({ code: 'gone' })
})

test('deltas are one only where they follow each other, of one message, with no gap', () => {
  const mixed = [delta('a', 0, 'x'), notice('n'), delta('a', 1, 'y'), delta('a', 5, 'z')]
  expect(mergeDeltas(mixed)).toEqual(mixed)
})
