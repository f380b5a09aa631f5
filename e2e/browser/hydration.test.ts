import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { renderPage } from '../../examples/readme/src/server.tsx'
import { launchChromium } from '../harness/chromium.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { startProxy } from '../harness/proxy.ts'
import { startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'

/** What React has to say of a page that did not fit, and whatever else went wrong in it; a network that is away aside. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    const isNetwork = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !isNetwork) complaints.push(message.text())
  })
  return complaints
}

it('rendered by a server, hydrated in the browser: no complaint, and the rows of the device without a network', async () => {
  const html = renderPage()
  expect(html).toBe('<p>Loading</p>')
  const relay = await use(startRelay())
  const web = await buildPage('hydrated', 'examples/readme/src/hydrate.tsx', html)
  const proxy = await use(startProxy({ target: relay.url, web }))
  const profile = await use(tempFolder('profile'))
  const chromium = await use(launchChromium(profile.path))
  expect(await (await fetch(proxy.url)).text()).toContain(`<div id="root">${html}</div>`)

  const page = await chromium.newPage()
  const complaints = complaintsOf(page)
  await page.goto(proxy.url)
  await page.getByRole('button', { name: 'Say ahoy' }).click()
  await page.getByText('Ahoy', { exact: true }).waitFor()
  await page.getByRole('region', { name: 'live' }).waitFor()
  await page.getByText('1 to be sent').waitFor({ state: 'detached' })

  proxy.relay.offline()
  await page.reload()
  await page.getByText('Ahoy', { exact: true }).waitFor()
  await page.getByRole('region', { name: 'waiting' }).waitFor()
  expect(await page.getByText('Loading').count()).toBe(0)
  expect(complaints).toEqual([])
})
