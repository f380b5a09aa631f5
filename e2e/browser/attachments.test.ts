import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { receiveAttachment } from '@strandline/chat'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startProxy } from '../harness/proxy.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { readAll } from './fixtures/rooms.ts'
import { kept, makeSession, person, say, sent, startChat, visitor } from './fixtures/visit.ts'

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const isPiece = (url: URL) => url.pathname.includes('/attachment/')

/** Appends to files wait until so many of each may go: what is to be seen in between stands still. */
async function gate(page: Page): Promise<(count: number) => void> {
  let allowed = 0
  let held: (() => void)[] = []
  const gone = new Map<string, number>()
  await page.route(isPiece, async (route) => {
    const { url, method } = { url: route.request().url(), method: route.request().method() }
    const before = () => gone.get(url) ?? 0
    while (method === 'POST' && before() >= allowed) await new Promise<void>((go) => held.push(go))
    if (method === 'POST') gone.set(url, before() + 1)
    await route.fallback()
  })
  return (count) => {
    allowed = count
    for (const go of held) go()
    held = []
  }
}

it('S4-24 S1-32 files written offline survive a restart, rise to exactly all of it, and arrive byte for byte', async () => {
  const relay = await startChat()
  const proxy = await use(startProxy({ target: relay.url, web: at('apps/web/dist') }))
  const ada = await person()
  const page = await ada.tab()
  await page.goto(proxy.url)
  await kept(page)
  const id = await makeSession(page, 'Files')
  await say(page, 'first')
  await sent(page, 'first')
  proxy.relay.offline()
  const bytes = randomBytes(900_000)
  const picture = await readFile(at('apps/web/public/icon-192.png'))
  await page.getByTestId('attach-input').setInputFiles([
    { name: 'tides.bin', mimeType: 'text/html', buffer: bytes },
    { name: 'sea.png', mimeType: 'image/png', buffer: picture },
  ])
  await say(page, 'with two files')
  await page.getByTestId('message').filter({ hasText: 'with two files' }).waitFor()
  const file = page.getByTestId('attachment').filter({ hasText: 'tides.bin' })
  await file.getByText('Sending 0%').waitFor()
  await ada.leave()

  const again = await ada.tab()
  const letThrough = await gate(again)
  proxy.relay.online()
  await again.goto(`${proxy.url}/s/${id}`)
  const tile = again.getByTestId('attachment').filter({ hasText: 'tides.bin' })
  const shares = () =>
    tile
      .getByTestId('attachment-progress')
      .evaluateAll((all) => all.map((one) => (one as HTMLProgressElement).value))
  await eventually(shares, ([share]) => share === 0)
  letThrough(1)
  await eventually(shares, ([share = 0]) => share > 0 && share < 1)
  letThrough(Number.POSITIVE_INFINITY)
  await eventually(shares, (bars) => bars.length === 0)
  await sent(again, 'with two files')
  const rows = await readAll(relay.stream(`session/${id}`))
  expect(rows.map(({ value }) => value.text)).toEqual(['first', 'with two files'])

  const his = await visitor()
  await his.goto(`${relay.url}/s/${id}`)
  await his.locator('[data-testid="attachment"][data-state="here"] img').waitFor()
  const download = his.waitForEvent('download')
  await his.getByTestId('attachment').filter({ hasText: 'tides.bin' }).click()
  const saved = await download
  expect(saved.suggestedFilename()).toBe('tides.bin')
  expect(digest(await readFile(await saved.path()))).toBe(digest(bytes))
})

it('S4-8 says what is too large and sends nothing of it; a file alone is a message', async () => {
  const relay = await startChat()
  const page = await visitor()
  await page.goto(relay.url)
  await makeSession(page, 'Files')
  await page.getByTestId('attach-input').setInputFiles({
    name: 'huge.iso',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(8 * 1024 * 1024 + 1),
  })
  await page.getByTestId('composer-problem').filter({ hasText: 'huge.iso' }).waitFor()
  await page.locator('[data-testid="composer-send"]:disabled').waitFor()
  await page
    .getByTestId('attach-input')
    .setInputFiles({ name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('') })
  await page.getByTestId('composer-send').click()
  await page.getByTestId('attachment').filter({ hasText: 'small.txt' }).waitFor()
})

/** A person with a session, whose messages the server refuses until that is taken back. */
async function refused() {
  const relay = await startChat()
  const proxy = await use(startProxy({ target: relay.url, web: at('apps/web/dist') }))
  const page = await visitor()
  const files = new Set<string>()
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.includes('/attachment/')) files.add(relay.url + pathname)
  })
  await page.goto(proxy.url)
  const id = await makeSession(page, 'Files')
  await say(page, 'first')
  await sent(page, 'first')
  const isMessage = (url: URL) => url.pathname.endsWith(`/session/${id}`)
  await page.route(isMessage, (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 413 }) : route.fallback(),
  )
  const bytes = randomBytes(150_000)
  await page
    .getByTestId('attach-input')
    .setInputFiles({ name: 'tides.bin', mimeType: 'application/octet-stream', buffer: bytes })
  await say(page, 'with a file')
  await page.locator('[data-pending-state="rejected"]').waitFor()
  await eventually(() => files.size === 1)
  const [file = ''] = files
  await eventually(async () => (await readAll(file).catch(() => [])).length === 2)
  return { relay, proxy, page, id, bytes, file, files, heal: () => page.unroute(isMessage) }
}

/** The bytes that a stream of pieces holds. */
async function bytesOf(file: string, size: number): Promise<string> {
  const received = receiveAttachment(size)(await readAll(file))
  return received.state === 'whole' ? digest(received.bytes) : received.state
}

const isGone = async (file: string) => (await fetch(file, { method: 'HEAD' })).status === 404

it('S1-31 a refused message that is discarded takes its file from the relay too, without a network later', async () => {
  const { relay, proxy, page, file } = await refused()
  proxy.relay.offline()
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByTestId('message').filter({ hasText: 'with a file' }).waitFor({ state: 'detached' })
  expect(await isGone(file)).toBe(false)
  proxy.relay.online()
  await page.reload()
  await eventually(() => isGone(file))
  expect(relay.output).not.toContain('uncaught')
})

it('S1-31 a refused message that is edited comes back with its file; what was sent of it before goes', async () => {
  const { relay, page, id, bytes, file, files, heal } = await refused()
  await heal()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByTestId('chosen-file').filter({ hasText: 'tides.bin' }).waitFor()
  await eventually(
    () => page.getByTestId('composer-input').inputValue(),
    (text) => text === 'with a file',
  )
  await page.getByTestId('composer-send').click()
  await sent(page, 'with a file')
  await eventually(() => isGone(file))
  const own = [...files].find((one) => one !== file) ?? ''
  await eventually(async () => (await bytesOf(own, bytes.length)) === digest(bytes))
  const rows = await readAll(relay.stream(`session/${id}`))
  expect(rows.map(({ value }) => value.text)).toEqual(['first', 'with a file'])
})

it('sends a refused message again with its files, those that were refused themselves too', async () => {
  const { relay, page, id, bytes, file, files, heal } = await refused()
  await heal()
  await page.getByRole('button', { name: 'Retry' }).click()
  await sent(page, 'with a file')
  const rows = await readAll(relay.stream(`session/${id}`))
  expect(rows.map(({ value }) => value.text)).toEqual(['first', 'with a file'])
  expect(await bytesOf(file, bytes.length)).toBe(digest(bytes))

  await page.route(isPiece, (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 413 }) : route.fallback(),
  )
  await page
    .getByTestId('attach-input')
    .setInputFiles({ name: 'second.bin', mimeType: 'application/octet-stream', buffer: bytes })
  await page.getByTestId('composer-send').click()
  const tile = page.locator('[data-testid="attachment"][data-state="stuck"]')
  await tile.filter({ hasText: 'Not sent' }).waitFor()
  await page.unroute(isPiece)
  await tile.click()
  await tile.waitFor({ state: 'detached' })
  const second = [...files].find((one) => one !== file) ?? ''
  await eventually(async () => (await bytesOf(second, bytes.length)) === digest(bytes))
})

it('S1-30 two messages wait with a file each: one that is sent takes nothing from the other', async () => {
  const relay = await startChat()
  const proxy = await use(startProxy({ target: relay.url, web: at('apps/web/dist') }))
  const page = await visitor()
  await page.goto(proxy.url)
  const id = await makeSession(page, 'Files')
  const busy = (path: string | RegExp) =>
    proxy.relay.failNext({ status: 503, method: 'POST', path, times: Number.POSITIVE_INFINITY })
  const all503 = busy(/\/attachment\//)
  const all = [randomBytes(120_000), randomBytes(120_000)]
  for (const [n, buffer] of all.entries()) {
    await page
      .getByTestId('attach-input')
      .setInputFiles({ name: `file-${n}`, mimeType: 'application/octet-stream', buffer })
    await say(page, `message ${n}`)
    await sent(page, `message ${n}`)
  }
  const rows = await readAll(relay.stream(`session/${id}`))
  const [first = '', second = ''] = rows.flatMap(({ value }) => {
    const { attachments = [] } = value as { attachments?: { id: string }[] }
    return attachments.map((attachment) => relay.stream(`session/${id}/attachment/${attachment.id}`))
  })
  const second503 = busy(decodeURIComponent(new URL(second).pathname).replace('/v1/stream/', ''))
  all503.undo()
  await eventually(async () => (await bytesOf(first, 120_000)) === digest(all[0] ?? new Uint8Array()))
  await page.reload()
  const tile = (n: number) => page.getByTestId('attachment').filter({ hasText: `file-${n}` })
  await tile(1).getByText('Sending').waitFor()
  await tile(0).and(page.locator('[data-state="idle"]')).waitFor()
  second503.undo()
  await eventually(async () => (await bytesOf(second, 120_000)) === digest(all[1] ?? new Uint8Array()))
  expect(await bytesOf(first, 120_000)).toBe(digest(all[0] ?? new Uint8Array()))
})
