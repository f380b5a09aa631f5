import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { type Browser, launchChromium } from '../harness/chromium.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { startProxy } from '../harness/proxy.ts'
import { recordRequests } from '../harness/recorder.ts'
import { type Relay, startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'

const json = { 'content-type': 'application/json' }

interface Stage {
  readonly relay: Relay
  readonly proxy: Awaited<ReturnType<typeof startProxy>>
  readonly browser: Browser
  readonly url: string
  write(keys: readonly string[], size?: number): Promise<void>
  visit(prepare?: (page: Page) => Promise<unknown>): Promise<Page>
}

async function stage(): Promise<Stage> {
  const relay = await use(startRelay())
  const web = await buildPage('store', 'e2e/browser/fixtures/store.ts')
  const proxy = await use(startProxy({ target: relay.url, web }))
  const profile = await use(tempFolder('profile'))
  const browser = await use(launchChromium(profile.path))
  const url = proxy.relay.url('a')
  await fetch(relay.stream('a'), { method: 'PUT', headers: json })
  return {
    ...{ relay, proxy, browser, url },
    async write(keys, size = 10) {
      const items = keys.map((key) => ({
        type: 'note',
        key,
        value: { text: key.padEnd(size, '.') },
        headers: { operation: 'insert' },
      }))
      const answer = await fetch(relay.stream('a'), {
        method: 'POST',
        headers: json,
        body: JSON.stringify(items),
      })
      expect(answer.ok).toBe(true)
    },
    async visit(prepare) {
      const page = await browser.newPage()
      await prepare?.(page)
      await page.goto(proxy.url)
      await page.evaluate((stream) => globalThis.store.open(stream), url)
      return page
    },
  }
}

const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 45_000, interval: 50 })
const seen = (page: Page) => page.evaluate(() => globalThis.store.seen())
const shows = (page: Page, keys: readonly string[], status: object) =>
  within(async () => expect(await seen(page)).toMatchObject({ keys, status }))

describe('storage that fails, in Chromium', () => {
  it('a database that is wiped, and its connection closed, under the page: nothing on screen goes, all comes back', async () => {
    const { proxy, browser, write, visit } = await stage()
    await write(['a', 'b'])
    const page = await visit()
    await shows(page, ['a', 'b'], { state: 'live' })
    const session = await browser.context.newCDPSession(page)
    await session.send('Storage.clearDataForOrigin', { origin: proxy.url, storageTypes: 'indexeddb' })
    expect((await seen(page)).keys).toEqual(['a', 'b'])
    await page.evaluate(() => globalThis.store.append('c'))
    await write(['d'])
    await within(async () => expect((await seen(page)).keys.toSorted()).toEqual(['a', 'b', 'c', 'd']))
    await shows(page, (await seen(page)).keys, { state: 'live', storage: 'indexeddb', pending: 0 })
    const { keys } = await seen(page)
    await page.close()
    await shows(await visit(), keys, { state: 'live', storage: 'indexeddb' })
  })

  it('a database that nobody lets go of does not keep the page loading', async () => {
    const { write, visit } = await stage()
    await write(['a'])
    const holder = await visit()
    await shows(holder, ['a'], { state: 'live' })
    await holder.evaluate(() => globalThis.store.close())
    await holder.evaluate(() => globalThis.store.block())
    const page = await visit()
    await shows(page, ['a'], { state: 'live', storage: 'memory' })
    await page.evaluate(() => globalThis.store.append('b'))
    await shows(page, ['a', 'b'], { pending: 0 })
  })

  it('a disk that dies under an open page: it goes on in memory, says so, and comes ashore with what it has not sent', async () => {
    const { proxy, write, visit } = await stage()
    await write(['a'])
    const page = await visit()
    await shows(page, ['a'], { state: 'live', storage: 'indexeddb' })
    const holder = await visit()
    await shows(holder, ['a'], { state: 'live' })
    await holder.evaluate(() => globalThis.store.close())
    // Takes the page's connection away, and lets it open no other.
    await holder.evaluate(() => globalThis.store.block())
    await write(['b'])
    await shows(page, ['a', 'b'], { state: 'live', storage: 'memory' })
    await page.evaluate(() => globalThis.store.append('c'))
    await shows(page, ['a', 'b', 'c'], { state: 'live', storage: 'memory', pending: 0 })
    const away = proxy.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await page.evaluate(() => globalThis.store.append('d'))
    await shows(page, ['a', 'b', 'c'], { storage: 'memory', pending: 1 })
    await holder.close()
    await shows(page, ['a', 'b', 'c'], { state: 'live', storage: 'indexeddb', pending: 1 })
    await page.close()
    away.undo()
    await shows(await visit(), ['a', 'b', 'c', 'd'], { state: 'live', storage: 'indexeddb', pending: 0 })
  })

  it('no IndexedDB, or one that refuses, as in a private window: memory, and it says so', async () => {
    const { write, visit } = await stage()
    await write(['a'])
    const without = await visit((page) =>
      page.addInitScript(() => Object.defineProperty(globalThis, 'indexedDB', { value: undefined })),
    )
    await shows(without, ['a'], { state: 'live', storage: 'memory' })
    const refusing = await visit((page) =>
      page.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('private window', 'SecurityError')
        }
      }),
    )
    await refusing.evaluate(() => globalThis.store.append('b'))
    await shows(refusing, ['a', 'b'], { state: 'live', storage: 'memory', pending: 0 })
    await shows(without, ['a', 'b'], { storage: 'memory' })
  })

  it('damaged bytes: their range is asked for again, and nothing else', async () => {
    const { browser, write, visit } = await stage()
    await write(['a', 'b'])
    const page = await visit()
    await shows(page, ['a', 'b'], { state: 'live' })
    await page.evaluate(() => globalThis.store.close())
    expect(await page.evaluate(() => globalThis.store.damage())).toBe(1)
    await page.close()
    const requests = recordRequests(browser.context)
    const again = await visit()
    await shows(again, ['a', 'b'], { state: 'live' })
    const fromStart = requests.filter(({ url }) => url.includes('offset=-1'))
    expect(fromStart).toHaveLength(1)
    await again.evaluate(() => globalThis.store.close())
    await again.close()
    const once = recordRequests(browser.context)
    await shows(await visit(), ['a', 'b'], { state: 'live' })
    expect(once.filter(({ url }) => url.includes('offset=-1'))).toEqual([])
  })
})
