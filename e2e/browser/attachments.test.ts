import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startProxy } from '../harness/proxy.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { readAll } from './fixtures/rooms.ts'
import { kept, makeSession, person, say, sent, startChat } from './fixtures/visit.ts'

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

it('S4-24 S1-32 files written offline survive a restart, rise to exactly all of it, and arrive byte for byte', async () => {
  const relay = await startChat()
  const proxy = await use(startProxy({ target: relay.url, web: at('apps/web/dist') }))
  const [ada, bob] = [await person(), await person()]
  const page = await ada.tab()
  await page.goto(proxy.url)
  await kept(page)
  const id = await makeSession(page, 'Files')
  await say(page, 'first')
  await sent(page, 'first')
  proxy.down()
  const bytes = randomBytes(900_000)
  const picture = await readFile(at('apps/web/public/icon-192.png'))
  await page.getByTestId('attach-input').setInputFiles([
    { name: 'tides.bin', mimeType: 'text/html', buffer: bytes },
    { name: 'sea.png', mimeType: 'image/png', buffer: picture },
  ])
  await say(page, 'with two files')
  await page.getByTestId('message').filter({ hasText: 'with two files' }).waitFor()
  const file = page.getByTestId('attachment').filter({ hasText: 'tides.bin' })
  await file.getByText('Sending 0%').waitFor()
  await ada.leave()

  const again = await ada.tab()
  proxy.faults.delay(400)
  proxy.up()
  await again.goto(`${proxy.url}/s/${id}`)
  const bar = again
    .getByTestId('attachment')
    .filter({ hasText: 'tides.bin' })
    .getByTestId('attachment-progress')
  await bar.waitFor()
  const seen: number[] = []
  await eventually(
    async () => {
      const bars = await bar.evaluateAll((all) => all.map((one) => (one as HTMLProgressElement).value))
      seen.push(...bars)
      return bars.length
    },
    (bars) => bars === 0,
    { within: 40_000, every: 30 },
  )
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  expect(seen.some((share) => share > 0 && share < 1)).toBe(true)
  await sent(again, 'with two files')
  const rows = await readAll(relay.stream(`session/${id}`))
  expect(rows.map(({ value }) => value.text)).toEqual(['first', 'with two files'])

  const his = await bob.tab()
  await his.goto(`${relay.url}/s/${id}`)
  await his.locator('[data-testid="attachment"][data-state="here"] img').waitFor({ timeout: 20_000 })
  const download = his.waitForEvent('download')
  await his.getByTestId('attachment').filter({ hasText: 'tides.bin' }).click()
  const saved = await download
  expect(saved.suggestedFilename()).toBe('tides.bin')
  expect(digest(await readFile(await saved.path()))).toBe(digest(bytes))
})

it('S4-8 says what is too large and sends nothing of it; a file alone is a message', async () => {
  const relay = await startChat()
  const page = await (await person()).tab()
  await page.goto(relay.url)
  await makeSession(page, 'Files')
  await page.getByTestId('attach-input').setInputFiles({
    name: 'huge.iso',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(8 * 1024 * 1024 + 1),
  })
  await page.getByTestId('composer-problem').filter({ hasText: 'huge.iso' }).waitFor()
  expect(await page.getByTestId('composer-send').isDisabled()).toBe(true)
  await page
    .getByTestId('attach-input')
    .setInputFiles({ name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('') })
  await page.getByTestId('composer-send').click()
  await page.getByTestId('attachment').filter({ hasText: 'small.txt' }).waitFor()
})
