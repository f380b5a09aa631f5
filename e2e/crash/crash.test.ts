import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Browser, launchChromium } from '../harness/chromium.ts'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { startProxy } from '../harness/proxy.ts'
import { startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'
import { killTree, ownerOf } from './kill-tree.ts'
import type {} from './writer.ts'

const rounds = Number(process.env.ROUNDS ?? 30)

/** Writes that are saved in a round which is not to be about nothing. */
const ENOUGH = 10

interface Item {
  readonly key: string
  readonly headers: { readonly txid: string }
}

async function readLog(url: string): Promise<Item[]> {
  const items: Item[] = []
  for (let offset = '-1'; ; ) {
    const answer = await fetch(`${url}?offset=${offset}`)
    items.push(...((await answer.json()) as Item[]))
    offset = answer.headers.get('stream-next-offset') ?? offset
    if (answer.headers.has('stream-up-to-date')) return items
  }
}

/** Every process of the browser at once, with no chance to write anything more. */
async function killBrowser(browser: Browser, profile: string): Promise<void> {
  const closed = new Promise<void>((resolve) => browser.context.once('close', () => resolve()))
  killTree(ownerOf(profile))
  await closed
}

it(
  `loses and doubles nothing that was saved in ${rounds} kills of browser and relay`,
  async () => {
    const relay = await use(startRelay())
    const web = await buildPage('crash', 'e2e/crash/writer.ts')
    const proxy = await use(startProxy({ target: relay.url, web }))
    const profile = await use(tempFolder('crash'))
    const saved = new Set<string>()
    const gone = new Set<string>()
    const removed: string[] = []
    let resets = 0
    const visit = async (): Promise<Browser> => {
      const browser = await use(launchChromium(profile.path))
      await browser.context.exposeFunction('reportSaved', (txid: string) => void saved.add(txid))
      await browser.context.exposeFunction('reportRemoved', (name: string) => void removed.push(name))
      return browser
    }
    const open = async (browser: Browser) => {
      const page = await browser.newPage()
      await page.goto(proxy.url)
      return page
    }
    /** Chromium that finds its own store damaged removes every database of the origin (decisions/crash-lane.md). */
    const noteReset = async () => {
      const stored = new Set((await readLog(relay.stream('crash'))).map(({ headers }) => headers.txid))
      for (const txid of saved) if (!stored.has(txid)) gone.add(txid)
      resets += 1
    }

    for (let round = 0; round < rounds; round++) {
      const before = saved.size
      const browser = await visit()
      for (const tab of ['a', 'b']) {
        const page = await open(browser)
        if (round > 0 && tab === 'a' && !(await page.evaluate(() => globalThis.writer.kept)))
          await noteReset()
        await page.evaluate((name) => globalThis.writer.write(name), `${round}${tab}`)
      }
      // Every other round is at any moment, also before the first write: a busy machine may save none in it.
      if (round % 2 === 0) await eventually(() => saved.size >= before + ENOUGH)
      await sleep(Math.random() * 600)
      const relayToo = Math.random() < 0.5
      if (relayToo) await relay.kill()
      await sleep(Math.random() * 400)
      if (relayToo && Math.random() < 0.5) await relay.start()
      await killBrowser(browser, profile.path)
      await relay.start()
      if ((round + 1) % 20 === 0) process.stdout.write(`${round + 1} rounds, ${saved.size} writes saved\n`)
    }

    const browser = await visit()
    const page = await open(browser)
    if (!(await page.evaluate(() => globalThis.writer.kept))) await noteReset()
    await eventually(
      () => page.evaluate(() => globalThis.writer.state() === 'live' && globalThis.writer.pending() === 0),
      Boolean,
      { within: 300_000 },
    )
    const log = await readLog(relay.stream('crash'))
    const keys = log.map(({ key }) => key)
    const stored = new Set(log.map(({ headers }) => headers.txid))
    expect(keys.length - new Set(keys).size, 'items that are there twice').toBe(0)
    expect(
      [...saved].filter((txid) => !stored.has(txid) && !gone.has(txid)),
      'saved, but not in the log',
    ).toEqual([])
    expect(removed, 'databases that the page removed').toEqual([])
    if (resets > 0) process.stdout.write(`the browser removed its own databases ${resets} times\n`)
    expect(saved.size).toBeGreaterThanOrEqual((rounds / 2) * ENOUGH)
    process.stdout.write(`${rounds} rounds, ${saved.size} writes saved, ${stored.size} in the log\n`)
  },
  120_000 + rounds * 60_000,
)
