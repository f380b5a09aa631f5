import { copyFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { createClient } from '@strandline/client'
import type { MockRelay } from '@strandline/relay/msw'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { startProxy } from '../harness/proxy.ts'
import { use } from '../harness/use.ts'
import type { createActor } from '../scenarios/actor.ts'

/** What the page puts at a test's disposal; functions given to `evaluate` run there. */
interface MockPage {
  readonly relay: MockRelay
  readonly started: Promise<unknown>
  readonly createActor: typeof createActor
  readonly createClient: typeof createClient
  nextText(reader: ReadableStreamDefaultReader<Uint8Array>, until: string): Promise<string>
}

/** What a tab of the last test keeps. */
interface TabPage extends MockPage {
  readonly actor: ReturnType<typeof createActor>
  readonly reader: ReadableStreamDefaultReader<Uint8Array>
  item(key: string): object
}

let web: string
beforeAll(async () => {
  web = await buildPage('mock', 'e2e/browser/fixtures/mock.ts')
  const worker = createRequire(import.meta.url).resolve('msw/mockServiceWorker.js')
  await copyFile(worker, join(web, 'mockServiceWorker.js'))
})

/** A page with the mock in it; no relay runs anywhere. */
async function visit(): Promise<Page> {
  const proxy = await use(startProxy({ target: 'http://127.0.0.1:9', web }))
  const profile = await use(tempFolder('profile'))
  const chromium = await use(launchChromium(profile.path))
  const page = await chromium.newPage()
  await page.goto(proxy.url)
  await page.evaluate(() => (globalThis as unknown as MockPage).started)
  return page
}

it('event streams flow through the service worker frame by frame, and end with their reader', async () => {
  const page = await visit()
  const seen = await page.evaluate(async () => {
    const { relay, nextText } = globalThis as unknown as MockPage
    await relay.append('room', [{ key: 'first' }])
    const life = new AbortController()
    const answer = await fetch(`${relay.url('room')}?offset=-1&live=sse`, { signal: life.signal })
    const reader = answer.body?.getReader()
    if (!reader) throw new Error('no body')
    const texts = [await nextText(reader, 'upToDate')]
    for (const key of ['second 潮', 'third 🌊']) {
      await relay.append('room', [{ key }])
      texts.push(await nextText(reader, 'upToDate'))
    }
    const open = relay.stats().tails
    life.abort()
    const ended = await reader.read().catch((error: Error) => error.name)
    const began = Date.now()
    while (relay.stats().tails > 0 && Date.now() - began < 30_000) await new Promise((r) => setTimeout(r, 10))
    return { texts, open, ended, left: relay.stats().tails }
  })
  expect(seen.texts.map((text) => /first|second 潮|third 🌊/u.exec(text)?.[0])).toEqual([
    'first',
    'second 潮',
    'third 🌊',
  ])
  expect(seen).toMatchObject({ open: 1, ended: 'AbortError', left: 0 })
})

it('the client lives behind it as behind a relay, and comes back from every fault', async () => {
  const page = await visit()
  const seen = await page.evaluate(async () => {
    const { relay, createActor: act, createClient: make } = globalThis as unknown as MockPage
    const item = (key: string) => ({ type: 'note', key, value: { text: `${key} 潮` }, headers: {} })
    await relay.append('room', [item('theirs')])
    const client = make()
    const actor = act(client, relay.url('room'))
    const live = async () => {
      while (actor.status().state !== 'live') await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const expected = ['theirs']
    const arrived = async (key: string) => {
      expected.push(key)
      while (actor.keys().length < expected.length) await new Promise((resolve) => setTimeout(resolve, 10))
      await live()
    }
    await live()
    for (const [name, fail] of Object.entries({
      lost: () => relay.dropNextAck(),
      dropped: () => relay.dropTails(),
      cut: () => relay.cutAfter(60),
      doubled: () => relay.duplicateNext(),
      busy: () => relay.failNext({ status: 503, method: 'POST' }),
    })) {
      fail()
      await actor.write([item(name)])
      await arrived(name)
    }
    relay.offline()
    await actor.write([item('offline')])
    relay.online()
    await arrived('offline')
    const outbox = actor.outbox()
    await actor.close()
    return { keys: actor.keys(), expected, outbox, log: await relay.read('room'), storage: actor.status() }
  })
  expect(seen.keys).toEqual(seen.expected)
  expect(seen.log).toHaveLength(seen.expected.length)
  expect(seen.outbox).toEqual([])
})

it('a second tab joins the worker: the first keeps its tail, each has the relay of its own page, both one disk', async () => {
  const first = await visit()
  await first.evaluate(async () => {
    const { relay, createActor: act, createClient: make } = globalThis as unknown as MockPage
    const item = (key: string) => ({ type: 'note', key, value: {}, headers: {} })
    await relay.append('room', [item('before')])
    const answer = await fetch(`${relay.url('room')}?offset=-1&live=sse`)
    const actor = act(make(), relay.url('room'))
    Object.assign(globalThis, { item, actor, reader: answer.body?.getReader() })
  })
  await first.waitForFunction(() => (globalThis as unknown as TabPage).actor.status().state === 'live')

  const second = await first.context().newPage()
  await second.goto(first.url())
  const missing = await second.evaluate(async () => {
    const { relay, started, createActor: act, createClient: make } = globalThis as unknown as MockPage
    await started
    const answer = await fetch(relay.url('room'))
    Object.assign(globalThis, { actor: act(make(), relay.url('room')) })
    return [answer.status, relay.requests.map(({ path }) => path)]
  })
  expect(missing).toEqual([404, ['room']])
  const shows = (page: Page, keys: string[]) =>
    page.waitForFunction(
      (wanted) => (globalThis as unknown as TabPage).actor.keys().join() === wanted,
      keys.join(),
    )
  await shows(second, ['before'])
  await first.evaluate(async () => {
    const { relay, item } = globalThis as unknown as TabPage
    await relay.append('room', [item('after')])
  })
  const heard = await first.evaluate(() => {
    const { nextText, reader } = globalThis as unknown as TabPage
    return nextText(reader, '"after"')
  })
  expect(heard).toContain('"before"')
  await shows(second, ['before', 'after'])
  await second.evaluate(() =>
    (globalThis as unknown as TabPage).actor.write([{ type: 'note', key: 'mine', value: {}, headers: {} }]),
  )
  for (const page of [first, second]) await shows(page, ['before', 'after', 'mine'])
  const logs = [first, second].map((page) =>
    page.evaluate(async () => (await (globalThis as unknown as TabPage).relay.read('room')).length),
  )
  expect(await Promise.all(logs)).toEqual([3, 0])
})
