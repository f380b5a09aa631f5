import { deltaItem, rowItem } from '@strandline/chat'
import { createClient } from '@strandline/client'
import { createStreamDB, type StreamDBMethods } from '@strandline/state'
import { useStreamStatus } from '@strandline/state/react'
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { ConnectionBadge } from './features/status/connection-badge.tsx'
import { messagesSchema } from './schema.ts'
import { chatPage, OFTEN, ROOM } from './testing/chat-page.tsx'

const page = chatPage()
const { relay } = page
/** For a machine that is busy. */
const PATIENT = { within: 20_000 }

const texts = async () =>
  ((await relay.read(ROOM)) as { value: { text: string } }[]).map(({ value }) => value.text)
const tails = (count: number) => waitFor(() => expect(relay.stats().tails).toBe(count), OFTEN)
const message = (text: string) =>
  screen.findByText(text).then((found) => {
    const row = found.closest('article')
    if (!row) throw new Error(`${text} is in no message`)
    return row
  })

test('written offline: on screen at once, marked as kept; sent once when the network is back (S4-19)', async () => {
  await page.open()
  await page.badge('Live')
  relay.offline()
  await page.badge('Offline')
  page.write('written in a tunnel')
  await waitFor(async () => expect((await message('written in a tunnel')).dataset.pendingState).toBe('saved'))
  await page.says('said meanwhile')
  relay.dropNextAck()
  relay.online()
  await page.badge('Live')
  await waitFor(async () => expect((await message('written in a tunnel')).dataset.pendingState).toBe('none'))
  await message('said meanwhile')
  expect(await texts()).toEqual(['said meanwhile', 'written in a tunnel'])
})

test('refused: it says why, and is sent again or thrown away by its writer', async () => {
  await page.open()
  await page.badge('Live')
  const refusing = relay.failNext({
    status: 413,
    method: 'POST',
    path: ROOM,
    times: Number.POSITIVE_INFINITY,
  })
  for (const text of ['sent in the end', 'thrown away']) {
    page.write(text)
    await waitFor(async () => expect((await message(text)).dataset.pendingState).toBe('rejected'))
  }
  refusing.undo()
  const act = async (text: string, name: string) =>
    fireEvent.click(within(await message(text)).getByRole('button', { name }))
  await act('sent in the end', 'Retry')
  await act('thrown away', 'Discard')
  await waitFor(() => expect(screen.queryByText('thrown away')).toBeNull())
  await waitFor(async () => expect(await texts()).toEqual(['sent in the end']), OFTEN)
})

test('the badge says how it stands: reachable or not, signed out, stopped, deleted', async () => {
  await page.says('first')
  await page.open()
  await page.badge('Live')
  relay.offline()
  await page.badge('Offline')
  relay.online()
  await page.badge('Live')
  const trouble = relay.failNext({ status: 503, method: 'GET', times: Number.POSITIVE_INFINITY })
  relay.dropTails()
  await page.badge('Server trouble')
  trouble.undo()
  await page.badge('Live')
  relay.refuseCredentials()
  relay.dropTails()
  await page.badge('Signed out')
  relay.acceptCredentials()
  for (const retry of screen.getAllByRole('button', { name: 'Retry' })) fireEvent.click(retry)
  await page.badge('Live')
  const refused = relay.failNext({ status: 400, method: 'GET', times: Number.POSITIVE_INFINITY })
  relay.dropTails()
  await page.badge('Stopped')
  refused.undo()
  for (const retry of screen.getAllByRole('button', { name: 'Retry' })) fireEvent.click(retry)
  await page.badge('Live')
  await relay.remove(ROOM)
  await page.badge('Deleted')
  await message('first')
})

test('the badge of a session that is behind says so, and of one that was closed', async () => {
  await page.says('first')
  await page.open()
  await page.badge('Live')
  await relay.settled(PATIENT)
  const held = relay.muteTails({ live: false, method: 'GET', path: ROOM })
  relay.dropTails()
  await page.badge('Catching up')
  held.undo()
  await page.badge('Live')
  await relay.seal(ROOM)
  await page.badge('Closed')
  await message('first')
})

test('the badge while the disk is not read yet; and of a session that has no connection while nobody looks', async () => {
  await page.open({ database: 'busy' })
  await page.leave()
  const free = await holdDisk('busy')
  const client = createClient({ database: 'busy' })
  const db = createStreamDB({ client, state: messagesSchema, streamOptions: { url: relay.url(ROOM) } })
  const alone = render(<Standing db={db} />)
  const shown = db.preload({ until: 'live' })
  await page.badge('Opening')
  free()
  await shown
  await page.badge('Live')
  alone.unmount()
  await client.close()

  await page.open({ others: 4 })
  await page.badge('Live')
  look('hidden')
  await page.badge('Paused')
  await page.says('second')
  look('visible')
  await page.badge('Live')
  await message('second')
})

/** What a page shows beside rows that wait for the disk. */
function Standing({ db }: { readonly db: Pick<StreamDBMethods, 'status' | 'retry'> }) {
  return <ConnectionBadge status={useStreamStatus(db)} retry={() => db.retry()} />
}

/** Another tab in the middle of a long transaction. Resolves with what ends it. */
async function holdDisk(database: string): Promise<() => void> {
  const names = (await indexedDB.databases()).map(({ name = '' }) => name)
  const request = indexedDB.open(names.find((name) => name.startsWith(database)) ?? '')
  await new Promise((resolve) => request.addEventListener('success', resolve))
  const db = request.result
  const [first = '', ...rest] = db.objectStoreNames
  const store = db.transaction([first, ...rest], 'readwrite').objectStore(first)
  let held = true
  const ask = () => {
    if (held) store.count().onsuccess = ask
    else db.close()
  }
  ask()
  return () => {
    held = false
  }
}

function look(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
  document.dispatchEvent(new Event('visibilitychange'))
}

test('an answer that streams is cut in the middle and goes on where it was: each word once (S1-51)', async () => {
  await page.open()
  await page.badge('Live')
  const answer = { id: 'answer', author: 'agent', at: 1, text: '', run: 'r', state: 'streaming' } as const
  await relay.append(ROOM, [rowItem('message', answer)])
  const words = ['The ', 'tide ', 'turns ', 'at ', 'noon 🌊.']
  let from = 0
  const so = () => words.join('').slice(0, from).trim()
  for (const [n, text] of words.entries()) {
    await tails(2)
    if (n > 0) await screen.findByText(so())
    const cut = n === 2 && relay.cutAfter(40, { path: ROOM, live: 'sse' })
    if (n === 4) relay.dropTails()
    await relay.append(ROOM, [deltaItem('message.delta', 'answer', { from, text })])
    if (cut) {
      await cut.happened
      expect(screen.getByText(so())).toBeDefined()
    }
    from += text.length
  }
  const text = words.join('')
  await screen.findByText(text)
  await relay.append(ROOM, [rowItem('message', { ...answer, text, state: 'complete' }, 'update')])
  await page.badge('Live')
  await waitFor(() => expect(screen.getAllByText(text)).toHaveLength(1))
})

test('a long history opens at its end, and is read back to its beginning with no request (S4-11)', async () => {
  await page.says(...Array.from({ length: 500 }, (_, n) => `number ${n}.`))
  await page.open()
  await page.badge('Live')
  const scroller = await screen.findByRole('region', { name: 'Messages of Harbour' })
  await screen.findByText('500 messages')
  // What is asked for while offline is written down too: the tails are to be there before.
  await tails(2)
  await relay.settled(PATIENT)
  const before = relay.requests.length
  relay.offline()
  scroller.scrollTop = 0
  fireEvent.scroll(scroller)
  await message('number 0.')
  expect(relay.requests).toHaveLength(before)
})

test.each([50, 51])(
  'of %i messages the first is at the top, whatever a page would hold (S4-9, S4-10)',
  async (count) => {
    await page.says(...Array.from({ length: count }, (_, n) => `number ${n}.`))
    await page.open()
    const scroller = await screen.findByRole('region', { name: 'Messages of Harbour' })
    await screen.findByText(`${count} messages`)
    scroller.scrollTop = 0
    fireEvent.scroll(scroller)
    await message('number 0.')
    expect(screen.queryByRole('button', { name: /more|older|earlier/iu })).toBeNull()
  },
)

test('opening is one tail a stream, a word is one append: nothing else is asked for (S4-5, S4-23)', async () => {
  // Hurried, a page is out of patience with an echo that is merely slow, and reads it itself.
  await page.open({ hurried: false })
  await page.badge('Live')
  await tails(2)
  const before = relay.requests.length
  page.write('first words')
  await waitFor(async () => expect(await relay.read(ROOM)).toHaveLength(1), OFTEN)
  const asked = relay.requests.slice(before).filter(({ url }) => url.includes(ROOM))
  expect(asked.map(({ method }) => method)).toEqual(['POST'])
})

test('ten messages in a row go over the two tails that are open (S4-3)', async () => {
  await page.open({ hurried: false })
  await page.badge('Live')
  await tails(2)
  const before = relay.requests.length
  const words = Array.from({ length: 10 }, (_, n) => `word ${n}`)
  for (const text of words) page.write(text)
  await waitFor(async () => expect(await texts()).toEqual(words), OFTEN)
  await relay.settled(PATIENT)
  expect(relay.stats().tails).toBe(2)
  expect(relay.requests.slice(before).filter(({ live }) => live !== undefined)).toEqual([])
})

test('StrictMode mounts twice and keeps one tail for each stream; nothing is left when the page goes (S4-17)', async () => {
  await page.open()
  await page.badge('Live')
  await tails(2)
  await page.leave()
  await tails(0)
})
