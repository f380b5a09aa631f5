import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { startRelay } from '../harness/relay.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { readAll } from './fixtures/rooms.ts'
import { kept, makeSession, person, say, sent, startChat, visitor } from './fixtures/visit.ts'

it('G5 opens from cold with page host and relay down, shows what is on the device, and takes new words', async () => {
  const relay = await startChat()
  const ada = await person()
  const page = await ada.tab()
  await page.goto(relay.url)
  const id = await makeSession(page, 'Harbour')
  await say(page, 'before the lights went out')
  await sent(page, 'before the lights went out')
  await kept(page)
  await ada.leave()
  await relay.stop()

  const dark = await ada.tab()
  await dark.goto(relay.url)
  await dark.getByTestId('message').filter({ hasText: 'before the lights went out' }).waitFor()
  expect(new URL(dark.url()).pathname).toBe(`/s/${id}`)
  await dark.getByTestId('connection-badge').filter({ hasText: 'Offline' }).waitFor()
  await say(dark, 'written in the dark')
  const other = await makeSession(dark, 'Made in the dark')
  await dark.reload()
  await dark.locator(`[data-session-id="${other}"]`).waitFor()
  await relay.start()
  await eventually(
    async () => (await readAll(relay.stream(`session/${id}`))).length,
    (count) => count === 2,
  )
})

it('can be installed: a manifest, icons that are there, a worker that serves the page', async () => {
  const relay = await startChat()
  const page = await visitor()
  await page.goto(relay.url)
  await kept(page)
  const manifest = await (await fetch(`${relay.url}/manifest.webmanifest`)).json()
  for (const { src, sizes } of manifest.icons) {
    const icon = await fetch(relay.url + src)
    expect([icon.status, sizes]).toEqual([200, expect.stringMatching(/^(any|\d+x\d+)$/)])
  }
  const session = await page.context().newCDPSession(page)
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  const inherent = ['in-incognito', 'platform-not-supported-on-android', 'warn-not-offline-capable']
  expect(installabilityErrors.filter(({ errorId }) => !inherent.includes(errorId))).toEqual([])
})

it('offers a new version, starts it when asked and not before, and keeps draft and unsent words over it', async () => {
  const web = await use(tempFolder('web'))
  await cp(at('apps/web/dist'), web.path, { recursive: true })
  const relay = await use(startRelay({ web: web.path }))
  const page = await visitor()
  await page.goto(relay.url)
  await makeSession(page, 'Harbour')
  await kept(page)
  await page.reload()
  await page.getByTestId('composer-input').waitFor()
  const worker = join(web.path, 'sw.js')
  const code = await readFile(worker, 'utf8')
  await writeFile(worker, code.replace(/"version":"\w+"/, '"version":"next"'))
  await page.route('**/v1/**', (route) => route.abort())
  await page.context().setOffline(false)
  await say(page, 'unsent')
  await page.getByTestId('composer-input').fill('half a thought')
  await page.locator('[data-pending-state="saved"], [data-pending-state="sending"]').waitFor()
  await page.waitForFunction(() => Object.values(localStorage).includes('half a thought'))
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update()
  })
  await page.getByTestId('update-notice').waitFor()
  const version = () => page.evaluate(() => caches.keys())
  const active = () => page.evaluate(() => navigator.serviceWorker.controller?.state)
  await eventually(active, (state) => state === 'activated')
  expect(await page.getByTestId('composer-input').inputValue()).toBe('half a thought')
  const reloaded = page.waitForEvent('load')
  await page.getByTestId('update-apply').click()
  await reloaded
  await page.getByTestId('composer-input').waitFor()
  await eventually(
    () => page.getByTestId('composer-input').inputValue(),
    (text) => text === 'half a thought',
  )
  await page.getByTestId('message').filter({ hasText: 'unsent' }).waitFor()
  expect(await page.getByTestId('update-notice').count()).toBe(0)
  await eventually(version, (caches) => caches.includes('strandline-shell-next'))
})
