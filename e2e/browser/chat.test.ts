import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.ts'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { startProxy } from '../harness/proxy.ts'
import { startReference } from '../harness/reference.ts'
import { type StreamServer, startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'
import { type Chat, openChat } from './fixtures/chat.ts'
import { append, item, type Message, publish, readAll, room } from './fixtures/rooms.ts'

const web = new URL('../../apps/web/dist', import.meta.url).pathname
const HARBOUR = { id: 'harbour', title: 'Harbour' }

let messages: Message[]
beforeAll(() => {
  messages = room(9_500)
})

/** A server with a large room, a page before it, and a person with a browser. */
async function setUp(start: () => Promise<StreamServer>, count = messages.length) {
  const server = await use(start())
  await publish(server.stream, HARBOUR, messages.slice(0, count))
  const proxy = await use(startProxy({ target: server.url, web }))
  const profile = await use(tempFolder('profile'))
  const visit = async () => {
    const chromium = await use(launchChromium(profile.path))
    return { chromium, chat: await openChat(await chromium.newPage(), proxy.url) }
  }
  const own = async () => (await readAll(server.stream('session/harbour'))).slice(count)
  return { server, proxy, visit, own }
}

const last = (count: number) => `#${count - 1} `

async function reload(chat: Chat): Promise<void> {
  await chat.page.reload()
  await chat.page.getByTestId('message-list').waitFor()
}

describe.each([
  ['our relay', () => startRelay()],
  ['the reference server', startReference],
] as const)('the chat, as it is built, on %s (S2-27)', (_, start) => {
  it('opens the largest room without a network: rows are there, the badge says so, nothing spins', async () => {
    const { server, visit } = await setUp(start)
    const { chat } = await visit()
    await chat.open(HARBOUR.id)
    await chat.badge('Live')
    await chat.sees(last(9_500))
    await server.stop()
    await reload(chat)
    await chat.sees(last(9_500))
    await chat.badge('Offline')
    await eventually(
      () => chat.page.locator('[aria-busy="true"], [role="progressbar"]').count(),
      (spinning) => spinning === 0,
    )
  })

  it('keeps three messages written offline through two reloads and sends each exactly once, in order', async () => {
    const { server, visit, own } = await setUp(start, 50)
    const { chat } = await visit()
    await chat.open(HARBOUR.id)
    await chat.badge('Live')
    await server.stop()
    await chat.badge('Offline')
    const texts = ['first of three', 'second of three', 'third of three']
    for (const text of texts) await chat.send(text)
    await chat.marks(3)
    for (let n = 0; n < 2; n++) {
      await reload(chat)
      for (const text of texts) await chat.sees(text)
      await chat.marks(3)
    }
    await server.start()
    await eventually(own, (found) => found.length >= 3)
    await chat.marks(0)
    expect((await own()).map(({ value }) => value.text)).toEqual(texts)
    const times = (text: string, shown: readonly string[]) => shown.join('\n').split(text).length - 1
    await eventually(chat.texts, (shown) => texts.every((text) => times(text, shown) === 1))
  })

  it('asks from the stored offset after a reload; nothing that was on disk is transferred again', async () => {
    const { proxy, visit } = await setUp(start)
    const { chat } = await visit()
    await chat.open(HARBOUR.id)
    await chat.badge('Live')
    await chat.sees(last(9_500))
    const before = proxy.relay.requests.length
    await reload(chat)
    await chat.badge('Live')
    await chat.sees(last(9_500))
    const reads = proxy.relay.requests.slice(before).filter(({ url }) => url.includes('session/harbour'))
    expect(reads.length).toBeGreaterThan(0)
    for (const { url } of reads) expect(new URL(url, proxy.url).searchParams.get('offset')).not.toBe('-1')
    expect(reads.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1_000)
  })

  it('shows in one tab what is typed in another; either may close, the other goes on', async () => {
    const { proxy, visit, own } = await setUp(start, 50)
    const { chromium, chat: one } = await visit()
    const two = await openChat(await chromium.newPage(), proxy.url)
    for (const chat of [one, two]) {
      await chat.open(HARBOUR.id)
      await chat.badge('Live')
    }
    await one.send('from the first tab')
    await two.sees('from the first tab')
    await two.send('from the second tab')
    await one.sees('from the second tab')
    await one.page.close()
    await two.send('after the first was closed')
    await eventually(own, (found) => found.length === 3)
    await two.marks(0)
    const three = await openChat(await chromium.newPage(), proxy.url)
    await three.open(HARBOUR.id)
    await three.sees('after the first was closed')
    await two.page.close()
    await three.send('after the second was closed')
    await eventually(own, (found) => found.length === 4)
    await three.marks(0)
  })

  it('shows what others write at once while a message of mine waits', async () => {
    const { server, proxy, visit, own } = await setUp(start, 50)
    const { chat } = await visit()
    await chat.open(HARBOUR.id)
    await chat.badge('Live')
    const heal = proxy.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await chat.send('mine, which waits')
    await chat.marks(1)
    const theirs = { id: 'theirs', author: 'u-2', at: Date.now(), text: 'theirs, which arrives' }
    await append(server.stream('session/harbour'), [item('message', theirs)])
    await chat.sees('theirs, which arrives')
    await chat.marks(1)
    heal.undo()
    await eventually(own, (found) => found.length === 2)
    await chat.marks(0)
    expect((await own()).map(({ value }) => value.text)).toEqual([
      'theirs, which arrives',
      'mine, which waits',
    ])
  })
})

it('keeps what was written offline through a restart of the browser, and sends it once', async () => {
  const { server, proxy, visit, own } = await setUp(() => startRelay(), 50)
  const { chromium, chat } = await visit()
  await chat.open(HARBOUR.id)
  await chat.badge('Live')
  await server.stop()
  await chat.badge('Offline')
  await chat.send('written before the browser was closed')
  await chat.marks(1)
  await chromium.dispose()
  const { chat: again } = await visit()
  await again.page.goto(`${proxy.url}/s/${HARBOUR.id}`)
  await again.sees('written before the browser was closed')
  await server.start()
  await again.marks(0)
  expect((await own()).map(({ value }) => value.text)).toEqual(['written before the browser was closed'])
})

it('says why a message was refused by the relay, keeps its text, and lets the next one go', async () => {
  const { proxy, visit, own } = await setUp(() => startRelay(), 50)
  const { chat } = await visit()
  await chat.open(HARBOUR.id)
  await chat.badge('Live')
  const heal = proxy.relay.failNext({ status: 413, method: 'POST' })
  await chat.send('too much for this relay')
  await chat.page.locator('[data-pending-state="rejected"]').waitFor()
  heal.undo()
  await chat.send('small enough')
  await eventually(own, (found) => found.length === 1)
  await chat.page.getByRole('button', { name: 'Edit' }).click()
  await eventually(
    () => chat.page.getByTestId('composer-input').inputValue(),
    (text) => text === 'too much for this relay',
  )
  expect((await own()).map(({ value }) => value.text)).toEqual(['small enough'])
})
