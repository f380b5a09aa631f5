import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../scripts/lib/chromium.mjs'
import type { Resource } from './use.ts'

const viewport = { width: 1280, height: 800 }

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Milliseconds after which what a page should show is late, on a machine that does ten other things. */
const LATE = 60_000

/** A browser for many, each with a profile of their own that lasts as long as they are there. */
export interface SharedBrowser extends Resource {
  guest(): Promise<BrowserContext>
}

export interface Browser extends Resource {
  readonly context: BrowserContext
  newPage(): Promise<Page>
  /** Ends the whole browser at once, as a crash or a kill does. The profile stays. */
  crash(): Promise<void>
}

/**
 * A browser whose profile is on disk, as people have it: what IndexedDB holds survives closing it.
 *
 * @param profile a folder; the same one again is the same person coming back
 */
export async function launchChromium(profile: string): Promise<Browser> {
  const context = await chromium.launchPersistentContext(profile, { ...launching(), viewport })
  context.setDefaultTimeout(LATE)
  const closed = new Promise<void>((resolve) => context.once('close', () => resolve()))
  return {
    context,
    newPage: () => context.newPage(),
    async crash() {
      const session = await context.browser()?.newBrowserCDPSession()
      session?.send('Browser.crash').catch(() => {})
      await closed
    },
    dispose: () => context.close(),
  }
}

/** A browser without a disk, begun once for tests in which nobody leaves and comes back. */
export async function shareChromium(): Promise<SharedBrowser> {
  const browser = await chromium.launch(launching())
  return {
    async guest() {
      const context = await browser.newContext({ viewport })
      context.setDefaultTimeout(LATE)
      return context
    },
    dispose: () => browser.close(),
  }
}

function launching() {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('Chromium is missing: npm test installs it, or set CHROMIUM_PATH')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return { executablePath, headless: true, args: [...quiet, ...sandbox] }
}
