import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { publish, readAll, room } from './fixtures/rooms.ts'
import { kept, makeSession, person, say, sent, startChat, visitor } from './fixtures/visit.ts'

it('S0-3 S1-61 shows what one person makes, renames and archives to another, with no reload', async () => {
  const relay = await startChat()
  const [hers, his] = [await visitor(), await visitor()]
  const requests: string[] = []
  his.on('request', (request) => requests.push(request.url()))
  await his.goto(relay.url)
  await his.getByTestId('home').waitFor()
  await hers.goto(relay.url)
  const id = await makeSession(hers, 'Tide tables')
  const item = his.locator(`[data-session-id="${id}"]`)
  await item.filter({ hasText: 'Tide tables' }).waitFor()
  // What he has seen may have come from the read before the tail.
  await eventually(() => requests.some((url) => /\/sessions\?.*live=/u.test(url)))

  const before = requests.length
  await hers.keyboard.press('F2')
  await hers.getByTestId('rename-title').fill('Tide tables of Brest')
  await hers.getByTestId('rename-title').press('Enter')
  await item.filter({ hasText: 'Tide tables of Brest' }).waitFor()
  expect(requests.slice(before).filter((url) => url.includes('/v1/'))).toEqual([])

  await hers.getByTestId('session-menu').click()
  await hers.getByTestId('session-archive').click()
  await hers.getByTestId('archived-notice').waitFor()
  const archive = his.getByTestId('archived')
  await archive.waitFor()
  await archive.locator('summary').click()
  await archive.getByText('Tide tables of Brest').click()
  await his.getByRole('button', { name: 'Take it out' }).click()
  await hers.getByTestId('archived-notice').waitFor({ state: 'detached' })
})

it('S0-5 marks what others said as unread, puts it first, and takes the mark away where it was read', async () => {
  const relay = await startChat()
  const [hers, his] = [await visitor(), await visitor()]
  await hers.goto(relay.url)
  const first = await makeSession(hers, 'First')
  const second = await makeSession(hers, 'Second')
  await his.goto(`${relay.url}/s/${second}`)
  await his.getByTestId('conversation-empty').waitFor()
  const ids = () =>
    his.getByTestId('session-item').evaluateAll((all) => all.map((one) => one.dataset.sessionId))
  await eventually(ids, (all) => all.join() === [second, first].join())
  await hers.locator(`[data-session-id="${first}"]`).click()
  await say(hers, 'ahoy')
  const news = his.locator(`[data-session-id="${first}"][data-unread="true"]`)
  await news.waitFor()
  await eventually(ids, (all) => all.join() === [first, second].join())
  expect(await hers.locator('[data-unread="true"]').count()).toBe(0)
  await news.click()
  await his.getByTestId('message').filter({ hasText: 'ahoy' }).waitFor()
  await his.locator(`[data-session-id="${second}"]`).click()
  await eventually(
    () => news.count(),
    (count) => count === 0,
  )
  await his.reload()
  await eventually(ids, (all) => all.join() === [first, second].join())
  expect(await news.count()).toBe(0)
})

it('S1-7 S1-8 S4-19 a session made offline keeps its address and its words, and is listed and sent once', async () => {
  const relay = await startChat()
  const ada = await person()
  const page = await ada.tab()
  await page.goto(relay.url)
  await kept(page)
  await relay.stop()
  const id = await makeSession(page, 'In the tunnel')
  await say(page, 'written below ground')
  await page.getByTestId('pending-mark').waitFor()
  await ada.leave()
  const again = await ada.tab()
  await again.goto(`${relay.url}/s/${id}`)
  await again.getByTestId('message').filter({ hasText: 'written below ground' }).waitFor()
  const listed = () => again.locator(`[data-session-id="${id}"]`).count()
  await eventually(listed, (count) => count === 1)
  await relay.start()
  await sent(again, 'written below ground')
  const said = await readAll(relay.stream(`session/${id}`))
  expect(said.map(({ value }) => value.text)).toEqual(['written below ground'])
  await eventually(listed, (count) => count === 1)
})

/** A session on this device alone: the shared list was made again without it. */
async function survivorOf(page: Page, relay: Awaited<ReturnType<typeof startChat>>) {
  const id = await makeSession(page, 'Survivor')
  await say(page, 'one')
  await sent(page, 'one')
  // All that this device has to say of it is said: what still waited would bring it to the next list.
  const known = async () => (await readAll(relay.stream('sessions'))).filter(({ key }) => key === id)
  await eventually(async () => (await known()).some((item) => (item.type as string) === 'session.touch'))
  await page.locator(`[data-session-id="${id}"][data-shared="true"] time`).waitFor()
  await fetch(relay.stream('sessions'), { method: 'DELETE' })
  await publish(relay.stream, { id: 'other', title: 'Other' }, room(2))
  await page.reload()
  await page.locator('[data-session-id="other"]').waitFor()
  const survivor = page.locator(`[data-session-id="${id}"]`)
  return { id, survivor }
}

it('G5 keeps the sessions within reach where the shared list is made again, and tells it of one that is written in', async () => {
  const relay = await startChat()
  const page = await visitor()
  await page.goto(relay.url)
  const { id, survivor } = await survivorOf(page, relay)
  await page.locator(`[data-session-id="${id}"][data-shared="false"]`).waitFor()
  await survivor.click()
  await say(page, 'two')
  await page.locator(`[data-session-id="${id}"][data-shared="true"]`).waitFor()
  await eventually(
    async () => (await readAll(relay.stream('sessions'))).filter(({ key }) => key === id).length,
    (count) => count > 0,
  )
})

it('renames and archives a session that only this device knows, without a network', async () => {
  const relay = await startChat()
  const page = await visitor()
  await page.goto(relay.url)
  await kept(page)
  const { id, survivor } = await survivorOf(page, relay)
  await page.locator(`[data-session-id="${id}"][data-shared="false"]`).waitFor()
  await relay.stop()
  await page.keyboard.press('F2')
  await page.getByTestId('rename-title').fill('Survivor of the flood')
  await page.getByTestId('rename-title').press('Enter')
  await survivor.filter({ hasText: 'Survivor of the flood' }).waitFor()
  await page.getByTestId('session-menu').click()
  await page.getByTestId('session-archive').click()
  await page.getByTestId('archived-notice').waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Survivor of the flood' }).waitFor()
  await page.getByTestId('archived-notice').waitFor()
  await relay.start()
  const his = await visitor()
  await his.goto(relay.url)
  await his.getByTestId('archived').locator('summary').click()
  await his.getByTestId('archived').getByText('Survivor of the flood').waitFor()
})

it('S1-5 sends what waits in a session that is not open, whichever one the app opens on', async () => {
  const relay = await startChat()
  const ada = await person()
  const page = await ada.tab()
  await page.goto(relay.url)
  await kept(page)
  const [written, open] = [await makeSession(page, 'Written in'), await makeSession(page, 'Open')]
  await page.locator(`[data-session-id="${written}"]`).click()
  await page.getByRole('heading', { level: 1, name: 'Written in' }).waitFor()
  await page.getByTestId('connection-badge').filter({ hasText: 'Live' }).waitFor()
  await relay.stop()
  await say(page, 'from the tunnel')
  await page.getByTestId('pending-mark').waitFor()
  await page.locator(`[data-session-id="${open}"]`).click()
  await page.getByRole('heading', { level: 1, name: 'Open' }).waitFor()
  await ada.leave()
  await relay.start()
  const again = await ada.tab()
  await again.goto(`${relay.url}/s/${open}`)
  await eventually(
    async () => (await readAll(relay.stream(`session/${written}`))).map(({ value }) => value.text),
    (texts) => texts.join() === 'from the tunnel',
  )
  expect(new URL(again.url()).pathname).toBe(`/s/${open}`)
})

it('S0-4 says that there is no such session, instead of loading for ever; asks for none of it with a 404', async () => {
  const relay = await startChat()
  const page = await visitor()
  const missing: string[] = []
  page.on('response', (response) => {
    if (response.status() === 404) missing.push(response.url())
  })
  await page.goto(`${relay.url}/s/nowhere`)
  await page.getByTestId('session-missing').waitFor()
  expect((await fetch(relay.stream('session/nowhere'), { method: 'HEAD' })).status).toBe(404)
  await makeSession(page, 'New')
  await say(page, 'hello')
  await sent(page, 'hello')
  expect(missing).toEqual([])
})

/** What a page has put on disk beside `localStorage`, which a crash would take. */
async function onDisk(key: string): Promise<string> {
  const opening = indexedDB.open('strandline-kept')
  await new Promise((resolve) => {
    opening.onsuccess = resolve
  })
  const reading = opening.result.transaction('kept').objectStore('kept').get(key)
  await new Promise((resolve) => {
    reading.onsuccess = resolve
  })
  opening.result.close()
  return JSON.stringify(reading.result ?? '')
}

it('keeps the name that was chosen a moment before the browser crashed', async () => {
  const relay = await startChat()
  const ada = await person()
  const page = await ada.tab()
  await page.goto(relay.url)
  await page.getByTestId('profile-button').click()
  await page.getByTestId('profile-name').fill('Ada of Brest')
  await page.getByTestId('profile-save').click()
  await page.getByTestId('profile-button').filter({ hasText: 'Ada of Brest' }).waitFor()
  await eventually(
    () => page.evaluate(onDisk, 'strandline:profile'),
    (kept) => kept.includes('Ada of Brest'),
  )
  await ada.crash()
  const again = await ada.tab()
  await again.goto(relay.url)
  await again.getByTestId('profile-button').filter({ hasText: 'Ada of Brest' }).waitFor()
})
