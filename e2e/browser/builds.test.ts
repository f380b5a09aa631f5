import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Browser, launchChromium } from '../harness/chromium.ts'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { type FaultProxy, startProxy } from '../harness/proxy.ts'
import { startRelay } from '../harness/relay.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { append, readAll } from './fixtures/rooms.ts'

/** The page of `fixtures/tabs.ts`, as the last build with format 2 had it (decisions/client-formats.md). */
const OLDER = 'e2e/browser/fixtures/builds/format-2.js'

/** One origin with a relay and the pages of both builds. */
async function start() {
  const relay = await use(startRelay())
  const web = await buildPage('builds', 'e2e/browser/fixtures/tabs.ts')
  await copyFile(at(OLDER), join(web, 'older.js'))
  await writeFile(join(web, 'older.html'), '<!doctype html><script type="module" src="./older.js"></script>')
  const proxy = await use(startProxy({ target: relay.url, web }))
  const profile = await use(tempFolder('builds'))
  const browser = await use(launchChromium(profile.path))
  const stream = relay.stream('tabs')
  await append(stream, [{ type: 'note', key: 'first', value: {}, headers: { operation: 'insert' } }])
  return { proxy, browser, stream }
}

async function openBuild(browser: Browser, proxy: FaultProxy, build: 'older' | 'newer'): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(build === 'older' ? `${proxy.url}/older.html` : proxy.url)
  await page.waitForFunction(() => globalThis.tab?.keys.length > 0)
  return page
}

const logged = async (stream: string) => (await readAll(stream)).map(({ key }) => key)
const keysOf = (page: Page) => page.evaluate(() => [...globalThis.tab.keys])
const say = (page: Page, key: string) => page.evaluate((text) => globalThis.tab.say(text), key)
const unsent = (page: Page) => page.evaluate(() => globalThis.tab.unsent())
const isLive = (page: Page) => page.evaluate(() => globalThis.tab.status().state === 'live')
const databases = (page: Page) =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort())
const ofWriter = (name: string, log: readonly string[]) => log.filter((key) => key.startsWith(name))
const many = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`)

test('a page of the build before and one of this build, open at once: both write and both see all, once and in order', async () => {
  const { proxy, browser, stream } = await start()
  const pages = {
    older: await openBuild(browser, proxy, 'older'),
    newer: await openBuild(browser, proxy, 'newer'),
  }
  const both = Object.entries(pages)
  for (const [, page] of both) await eventually(() => isLive(page))
  for (const n of [0, 1, 2, 3, 4]) for (const [name, page] of both) await say(page, `${name}-${n}`)
  for (const [, page] of both) await eventually(async () => (await unsent(page)) === 0)

  const away = proxy.relay.offline()
  for (const n of [5, 6, 7]) for (const [name, page] of both) await say(page, `${name}-${n}`)
  for (const [, page] of both) await eventually(async () => (await unsent(page)) === 3)
  away.undo()

  for (const [, page] of both) await eventually(async () => (await unsent(page)) === 0)
  const log = await logged(stream)
  expect(log).toHaveLength(17)
  for (const [name, page] of both) {
    expect(ofWriter(name, log)).toEqual(many(name, 8))
    await eventually(async () => (await keysOf(page)).length === log.length)
    expect(await keysOf(page)).toEqual(log)
    // Neither has taken over what the other is still using.
    expect(await databases(page)).toEqual(['strandline-2', 'strandline-3'])
  }
})

test('what the build before left unsent, answered or not, is sent once by this one, beside what it wrote itself', async () => {
  const { proxy, browser, stream } = await start()
  const older = await openBuild(browser, proxy, 'older')
  const newer = await openBuild(browser, proxy, 'newer')
  for (const page of [older, newer]) await eventually(() => isLive(page))

  // The relay has it, and no tail and no reading brings the page its echo.
  proxy.relay.cutAfter(0, { live: 'sse', times: 2 })
  const unread = proxy.relay.failNext({ status: 503, method: 'GET', times: Number.POSITIVE_INFINITY })
  proxy.relay.dropNextAck()
  await say(older, 'older-0')
  await eventually(async () => (await logged(stream)).includes('older-0'))
  const away = proxy.relay.offline()
  for (const key of many('older', 4).slice(1)) await say(older, key)
  for (const key of many('newer', 3)) await say(newer, key)
  expect(await unsent(older)).toBe(4)
  await older.close()
  await newer.close()
  unread.undo()

  // What waited in both databases is in one before the relay is there again.
  const next = await openBuild(browser, proxy, 'newer')
  await eventually(async () => (await unsent(next)) === 7)
  away.undo()
  await eventually(async () => (await unsent(next)) === 0)
  const log = await logged(stream)
  expect(log).toHaveLength(8)
  expect(ofWriter('older', log)).toEqual(many('older', 4))
  expect(ofWriter('newer', log)).toEqual(many('newer', 3))
  await eventually(async () => (await keysOf(next)).length === log.length)
  expect(await keysOf(next)).toEqual(log)
  await eventually(async () => (await databases(next)).join() === 'strandline-3')
})
