import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.ts'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { startProxy } from '../harness/proxy.ts'
import { startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'
import { readAll } from './fixtures/rooms.ts'

/** An example as people run it: the page built, a relay behind it, a browser with a disk. */
async function visit(name: string) {
  const web = await buildPage(`example-${name}`, `examples/${name}/src/main.tsx`)
  const relay = await use(startRelay())
  const proxy = await use(startProxy({ target: relay.url, web }))
  const profile = await use(tempFolder('profile'))
  const chromium = await use(launchChromium(profile.path))
  const errors: string[] = []
  const open = async () => {
    const page = await chromium.newPage()
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(proxy.url)
    return page
  }
  return { relay, proxy, open, errors }
}

const items = (page: Page) => page.getByRole('listitem').allInnerTexts()

it('the smallest app: a note is shown, sent, and there after a reload without a relay', async () => {
  const { relay, proxy, open, errors } = await visit('smallest')
  const page = await open()
  await page.getByLabel('New note').fill('Mend the net')
  await page.getByLabel('New note').press('Enter')
  const sent = async () => (await readAll(relay.stream('notes')).catch(() => [])).length
  await eventually(sent, (count) => count === 1)
  proxy.relay.offline()
  await page.reload()
  await page.getByText('Mend the net').waitFor()
  expect(errors).toEqual([])
})

it('the tutorial, step by step: a todo list over three streams', async () => {
  const { relay, proxy, open, errors } = await visit('todos')
  const page = await open()
  await page.getByText('Live').waitFor()
  const add = async (text: string) => {
    await page.getByLabel('Owner').selectOption('Bo')
    await page.getByLabel('What is to be done').fill(text)
    await page.getByRole('button', { name: 'Add' }).click()
  }
  const first = "Boat: Mend the net (Bo) in everyone's log"
  await add('Mend the net')
  await eventually(async () => (await items(page)).join() === first)

  proxy.relay.offline()
  await page.getByText('Reconnecting').waitFor()
  await add('Dry the sails')
  const offline = [first, 'Boat: Dry the sails (Bo) saved']
  await eventually(async () => (await items(page)).join() === offline.join())
  await page.reload()
  await eventually(async () => (await items(page)).join() === offline.join())
  const second = await open()
  await eventually(async () => (await items(second)).join() === offline.join())

  proxy.relay.online()
  const synced = [first, "Boat: Dry the sails (Bo) in everyone's log"]
  for (const tab of [page, second]) await eventually(async () => (await items(tab)).join() === synced.join())
  await second.getByLabel('Boat: Mend the net (Bo)').check()
  await eventually(async () => page.getByLabel('Boat: Mend the net (Bo)').isChecked())
  await eventually(async () => (await readAll(relay.stream('tutorial/todos'))).length === 3)
  expect(errors).toEqual([])
})
