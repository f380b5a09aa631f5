import { type BrowserContext, chromium } from 'playwright-core'
import { findChromium } from '../../scripts/lib/chromium.mjs'

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * A browser whose profile is on disk, as people have it: what IndexedDB holds survives closing it.
 *
 * @param profile a folder; the same one again is the same person coming back
 */
export async function launchChromium(profile: string): Promise<BrowserContext> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('Chromium is missing: npm test installs it, or set CHROMIUM_PATH')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...quiet, ...sandbox],
    viewport: { width: 1280, height: 800 },
  })
}
