import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.ts'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { startRelay } from '../harness/relay.ts'
import { at, runScript } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { openChat } from './fixtures/chat.ts'
import { room } from './fixtures/rooms.ts'

const COUNT = 9_500

it('shows an imported room, newest last, from its end to its beginning without a hole', async () => {
  const folder = await use(tempFolder('import'))
  const file = join(folder.path, 'rooms.ndjson.gz')
  const lines = room(COUNT).map((message) => JSON.stringify({ room: 'Harbour', ...message }))
  await writeFile(file, gzipSync(lines.join('\n')))
  const relay = await use(startRelay({ web: at('apps/web/dist') }))
  const script = runScript('scripts/import.mjs', { args: [file, '--url', relay.url] })
  await script.exit
  expect(script.stdout + script.stderr).toContain('9,500 added')

  const chromium = await use(launchChromium(folder.path))
  const chat = await openChat(await chromium.newPage(), relay.url)
  await chat.page.getByTestId('session-item').filter({ hasText: 'Harbour' }).click()
  await chat.sees(`#${COUNT - 1} `)
  await eventually(chat.texts, (shown) => shown.at(-1)?.includes(`#${COUNT - 1} `) === true)

  const list = chat.page.getByTestId('message-list')
  await list.hover()
  let above = COUNT
  for (let step = 0; step < 40; step++) {
    await chat.page.mouse.wheel(0, -1_500)
    await chat.page.evaluate(() => new Promise(requestAnimationFrame))
    const shown = (await chat.texts()).map((text) => Number(/#(\d+) /.exec(text)?.[1]))
    expect(shown.length).toBeGreaterThan(2)
    for (const [index, number] of shown.entries()) expect(number).toBe((shown[0] ?? 0) + index)
    above = Math.min(above, ...shown)
  }
  expect(above).toBeLessThan(COUNT - 100)
  const toTheTop = () => {
    for (const element of document.querySelectorAll('*')) if (element.scrollTop > 0) element.scrollTop = 0
  }
  // Rows above that turn out taller than was thought push what is in view down: a person goes on to the top.
  await eventually(async () => {
    await chat.page.evaluate(toTheTop)
    return (await chat.texts())[0]?.includes('#0 ')
  })
})
