import type { Page } from 'playwright-core'
import { type Browser, launchChromium } from '../../harness/chromium.ts'
import { tempFolder } from '../../harness/folder.ts'
import { buildPage } from '../../harness/page.ts'
import type { Actor } from '../actor.ts'
import type { Place } from '../run.ts'
import type { Tab } from '../world.ts'
import { assembleWorld } from './assemble.ts'
import { spawnRelay } from './spawned.ts'
import { hurriedTime } from './time.ts'

/** Real pages with real IndexedDB, locks and channels in Chromium; the built relay behind a proxy. */
export function chromiumPlace(): Place {
  const spawning = spawnRelay()
  const building = buildPage('scenarios', 'e2e/scenarios/places/page.ts')
  const launching = tempFolder('profile').then(async (folder) => ({
    folder,
    browser: await launchChromium(folder.path),
  }))
  return {
    async world(scenario) {
      const path = 'room'
      const { url, relay, end } = await (await spawning).front(await building)
      const { browser } = await launching
      await relay.recreate(path)
      if (!scenario.exists) await relay.remove(path)
      const device = chromiumDevice(browser, `${url}/?stream=${encodeURIComponent(relay.url(path))}`)
      return assembleWorld({ time: hurriedTime(), relay, path, device, tell: device.tell, end }, scenario)
    },
    async end() {
      const { browser, folder } = await launching
      await browser.dispose()
      await folder.dispose()
      await (await spawning).end()
    },
  }
}

type Call = { readonly name: keyof Actor; readonly args: readonly unknown[] }
type Outcome = { readonly value: unknown } | { readonly code: unknown; readonly message: string }

function chromiumDevice({ context }: Browser, url: string) {
  const pages = new Set<Page>()
  let online = true

  const tell = (now: boolean) => {
    online = now
    return Promise.all([...pages].map((page) => page.evaluate(say, now).catch(() => undefined)))
  }

  return {
    tell,

    async tab(types?: readonly string[]): Promise<Tab> {
      const page = await context.newPage()
      pages.add(page)
      page.on('close', () => pages.delete(page))
      const address = types ? `${url}&types=${encodeURIComponent(JSON.stringify(types))}` : url
      const open = async () => void (await page.goto(`${address}&online=${online}`))
      await open()

      const ask = async <T>(name: keyof Actor, ...args: unknown[]): Promise<T> => {
        const outcome = await page.evaluate(call, { name, args })
        if ('value' in outcome) return outcome.value as T
        throw Object.assign(new Error(outcome.message), { code: outcome.code })
      }
      return {
        keys: () => ask('keys'),
        status: () => ask('status'),
        outbox: () => ask('outbox'),
        write: (items, txid) => ask('write', items, txid),
        retry: (txid) => ask('retry', txid),
        discard: (txid) => ask('discard', txid),
        logOut: () => ask('logOut'),
        reload: open,
        async close() {
          await ask('close')
          await page.close()
        },
        crash: () => page.close(),
        async freeze() {
          const session = await context.newCDPSession(page)
          // The lifecycle's own state is not to be had for a page that is seen; to scripts a breakpoint is the same.
          await session.send('Debugger.enable')
          await session.send('Debugger.pause')
          return { thaw: async () => void (await session.send('Debugger.disable')) }
        },
      }
    },

    async end() {
      await Promise.all([...pages].map((page) => page.close().catch(() => undefined)))
    },
  }
}

/** Runs in the page: one word of the actor. */
async function call({ name, args }: Call): Promise<Outcome> {
  const { actor } = globalThis as unknown as { actor: Record<string, (...args: unknown[]) => unknown> }
  try {
    return { value: await actor[name]?.(...args) }
  } catch (error) {
    const { code, message } = error as { code: unknown; message: string }
    return { code, message }
  }
}

/** Runs in the page: what a browser says when the device's network comes and goes. */
function say(online: boolean): void {
  Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => online })
  dispatchEvent(new Event(online ? 'online' : 'offline'))
}
