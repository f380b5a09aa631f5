import { expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.ts'
import { tempFolder } from '../harness/folder.ts'
import { startRelay } from '../harness/relay.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { violations } from './fixtures/axe.ts'
import { publish, room } from './fixtures/rooms.ts'

it.each(['light', 'dark'] as const)('has nothing in the way of anybody, %s', async (colorScheme) => {
  const relay = await use(startRelay({ web: at('apps/web/dist') }))
  await publish(relay.stream, { id: 'harbour', title: 'Harbour' }, room(60))
  const profile = await use(tempFolder('profile'))
  const chromium = await use(launchChromium(profile.path))
  const page = await chromium.newPage()
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.goto(relay.url)
  await page.getByTestId('home').waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByTestId('session-item').click()
  await page.getByTestId('message').last().waitFor()
  expect(await violations(page)).toEqual([])
})
