import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Browser, launchChromium } from '../harness/chromium.ts'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { type FaultProxy, startProxy } from '../harness/proxy.ts'
import { startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'
import { append, readAll } from './fixtures/rooms.ts'

/** Seconds of opening and closing; a minute by hand: `SECONDS=60`. */
const SECONDS = Number(process.env.SECONDS ?? 12)
const TABS = 5

async function start() {
  const relay = await use(startRelay())
  const web = await buildPage('tabs', 'e2e/browser/fixtures/tabs.ts')
  const proxy = await use(startProxy({ target: relay.url, web }))
  const profile = await use(tempFolder('tabs'))
  const browser = await use(launchChromium(profile.path))
  const stream = relay.stream('tabs')
  await append(stream, [note('first')])
  return { proxy, browser, stream }
}

function note(key: string) {
  return { type: 'note', key, value: { key }, headers: { operation: 'insert' } }
}

const logged = async (stream: string) => (await readAll(stream)).map(({ key }) => key)
const keysOf = (page: Page) => page.evaluate(() => [...globalThis.tab.keys])
const leads = (page: Page) => page.evaluate(() => globalThis.tab.status().leader)
const isLive = (page: Page) => page.evaluate(() => globalThis.tab.status().state === 'live')

async function openTab(browser: Browser, proxy: FaultProxy, without = ''): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(`${proxy.url}/?without=${without}`)
  return page
}

const tails = (proxy: FaultProxy) => proxy.relay.open().filter(({ live }) => live).length

test(`five tabs, opened and closed at random for ${SECONDS} s: one tail, nothing missed, nothing twice`, async () => {
  const { proxy, browser, stream } = await start()
  const tabs: Page[] = [await openTab(browser, proxy)]
  await eventually(() => isLive(tabs[0] as Page))
  const end = Date.now() + SECONDS * 1_000
  let said = 0
  for (let step = 0; Date.now() < end; step++) {
    // Closed are the oldest, the leader first of all, and some in the middle.
    if (tabs.length === TABS || (tabs.length > 1 && step % 3 === 2)) {
      const [closing] = tabs.splice((step * 7) % 2 === 0 ? 0 : tabs.length >> 1, 1)
      const seen = closing ? await keysOf(closing) : []
      await closing?.close()
      expect((await logged(stream)).slice(0, seen.length)).toEqual(seen)
    } else tabs.push(await openTab(browser, proxy))
    await append(stream, [note(`other-${step}`)])
    const speaker = tabs[step % tabs.length]
    await speaker?.evaluate((key) => globalThis.tab.say(key), `mine-${step}`)
    said += 2
    // A tab that closes takes a moment to let go of its own.
    await eventually(() => tails(proxy) <= 1)
  }
  await eventually(async () => (await logged(stream)).length === said + 1)
  const log = await logged(stream)
  expect(new Set(log).size).toBe(log.length)
  for (const tab of tabs) {
    await eventually(async () => (await keysOf(tab)).length === log.length)
    expect(await keysOf(tab)).toEqual(log)
    await eventually(async () => (await tab.evaluate(() => globalThis.tab.unsent())) === 0)
  }
  await eventually(() => tails(proxy) === 1)
})

/** How a leader goes. */
const ENDS = {
  closes: async (page: Page) => page.close({ runBeforeUnload: false }),
  crashes: async (page: Page) => {
    const session = await page.context().newCDPSession(page)
    session.send('Page.crash').catch(() => undefined)
  },
  'is frozen': async (page: Page) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Debugger.enable')
    const paused = new Promise((resolve) => session.once('Debugger.paused', resolve))
    await page.evaluate(standStill)
    await paused
  },
}

/**
 * Stands still at a step of its own, and keeps its lock: what a frozen tab does. Not inside a transaction: there a
 * debugger keeps the database from all others, which a browser that freezes a page does not.
 */
function standStill(): void {
  const { transaction } = IDBDatabase.prototype
  let open = 0
  IDBDatabase.prototype.transaction = function (...args) {
    const begun = transaction.apply(this, args)
    open += 1
    const over = () => {
      open -= 1
    }
    begun.addEventListener('complete', over)
    begun.addEventListener('abort', over)
    return begun
  }
  const look = () => {
    // biome-ignore lint/suspicious/noDebugger: the way to stop a page where it is.
    if (open === 0) debugger
    else setTimeout(look)
  }
  // Whatever was begun before it was counted is over once a transaction of all stores has had its turn after it.
  indexedDB.databases().then(([{ name = '' } = {}]) => {
    const asked = indexedDB.open(name)
    asked.onsuccess = () => {
      const db = asked.result
      const stores = [...db.objectStoreNames]
      const last = db.transaction(stores, 'readwrite')
      last.objectStore(stores[0] ?? '').count()
      last.addEventListener('complete', () => {
        db.close()
        look()
      })
    }
  })
}

test.each(Object.entries(ENDS))(
  'a leader that %s is replaced, and what it left unsent is sent once (G2)',
  async (_, end) => {
    const { proxy, browser, stream } = await start()
    const [leader, heir] = [await openTab(browser, proxy), await openTab(browser, proxy)]
    await eventually(async () => (await isLive(leader)) && (await isLive(heir)))
    const [gone, stays] = (await leads(leader)) ? [leader, heir] : [heir, leader]
    const heal = proxy.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await gone.evaluate(() => globalThis.tab.say('left behind'))
    await eventually(() =>
      proxy.relay.requests.some(({ method, status }) => method === 'POST' && status === 503),
    )
    await end(gone)
    // The bound, 3 s, is kept to in virtual time: sim/scenes.test.ts.
    await eventually(() => leads(stays))
    heal.undo()
    await eventually(async () => (await keysOf(stays)).includes('left behind'))
    expect((await logged(stream)).filter((key) => key === 'left behind')).toHaveLength(1)
  },
)

test.each(['locks', 'channel'])('without %s each tab works alone, and is right', async (without) => {
  const { proxy, browser, stream } = await start()
  const tabs = [await openTab(browser, proxy, without), await openTab(browser, proxy, without)]
  for (const [n, tab] of tabs.entries()) await tab.evaluate((key) => globalThis.tab.say(key), `from ${n}`)
  await append(stream, [note('from elsewhere')])
  await eventually(async () => (await logged(stream)).length === 4)
  const log = await logged(stream)
  for (const tab of tabs) {
    await eventually(async () => (await keysOf(tab)).length === 4)
    expect(await keysOf(tab)).toEqual(log)
    await eventually(() => leads(tab))
  }
})
