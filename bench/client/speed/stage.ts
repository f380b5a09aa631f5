import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { type Browser, launchChromium } from '../../../e2e/harness/chromium.ts'
import { serveFile } from '../../../e2e/harness/static.ts'
import type { Resource } from '../../../e2e/harness/use.ts'
import type { Figures } from '../pages/contender.ts'
import { buildContender } from './build.ts'

/** A contender's page on an origin of its own, so that what it keeps can be weighed. */
export interface Site extends Resource {
  readonly name: string
  readonly url: string
}

/** @param files more to serve, by path */
export async function startSite(
  name: string,
  entry: string,
  files: Readonly<Record<string, string>>,
): Promise<Site> {
  const folder = await buildContender(name, entry)
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    const text = files[pathname]
    if (text === undefined) await serveFile(folder, pathname, response)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async dispose() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Opens the page as a person would, and closes it when its figures are in. */
export async function visit(browser: Browser, site: Site, query: Record<string, string>): Promise<Figures> {
  const page = await openPage(browser, site, query)
  try {
    return await page.evaluate(() => globalThis.outcome)
  } finally {
    await page.close()
  }
}

export async function openPage(browser: Browser, site: Site, query: Record<string, string>): Promise<Page> {
  const page = await browser.newPage()
  page.on('pageerror', (error) => console.error(`${site.name}: ${error.message}`))
  await page.goto(`${site.url}/?${new URLSearchParams(query)}`)
  return page
}

/** A browser for as long as `use` needs it, on a profile that stays. */
export async function withBrowser<T>(profile: string, use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchChromium(profile)
  try {
    return await use(browser)
  } finally {
    await browser.dispose()
  }
}
