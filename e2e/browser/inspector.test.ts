import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { publish, readAll, room } from './fixtures/rooms.ts'
import { say, startChat, visitor } from './fixtures/visit.ts'

it('shows what the device holds, cuts the network by hand, and hands out a stream as a file', async () => {
  const relay = await startChat()
  await publish(relay.stream, { id: 'harbour', title: 'Harbour' }, room(20))
  const page = await visitor()
  await page.goto(`${relay.url}/s/harbour?inspect`)
  const stream = page.getByTestId('inspector-stream').filter({ hasText: 'session/harbour' })
  await stream.getByText('20 items').waitFor()
  await stream.locator('summary').click()
  await stream.getByText('live, led here, indexeddb').waitFor()
  await page.getByTestId('inspector-cut').check()
  await page.getByTestId('connection-badge').filter({ hasText: 'Offline' }).waitFor()
  await say(page, 'while cut')
  await stream.getByTestId('inspector-entry').waitFor()
  expect(await readAll(relay.stream('session/harbour'))).toHaveLength(20)
  await page.getByTestId('inspector-cut').uncheck()
  await eventually(
    async () => (await readAll(relay.stream('session/harbour'))).length,
    (count) => count === 21,
  )
  await stream.getByText('21 items').waitFor()
  const download = page.waitForEvent('download')
  await stream.getByTestId('inspector-export').click()
  const { strand, batches } = JSON.parse(await readFile(await (await download).path(), 'utf8'))
  expect(strand).toBe(1)
  expect(batches.flatMap(({ items }: { items: unknown[] }) => items)).toHaveLength(21)
  await page.getByTestId('inspector-requests').click()
  await page
    .getByTestId('inspector')
    .getByText(/POST session\/harbour/u)
    .first()
    .waitFor()
})

it('is not there for people who did not ask for it', async () => {
  const relay = await startChat()
  const page = await visitor()
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(request.url()))
  await page.goto(relay.url)
  await page.getByTestId('home').waitFor()
  await page.keyboard.press('Control+`')
  expect(await page.getByTestId('inspector').count()).toBe(0)
  expect(loaded.some((url) => url.includes('inspector'))).toBe(false)
})
