import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startAgent } from '../harness/agent.ts'
import { use } from '../harness/use.ts'
import { violations } from './fixtures/axe.ts'
import { publish, room } from './fixtures/rooms.ts'
import { makeSession, say, startChat, visitor } from './fixtures/visit.ts'

const TITLE = 'Harbour'

const focused = (page: Page, testId: string) => page.locator(`[data-testid="${testId}"]:focus`).waitFor()

/** Every screen that people spend time on, in turn; each is left as the next one needs it. */
const screens: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['home', async (page) => page.getByTestId('home').waitFor()],
  [
    'a conversation',
    async (page) => {
      await page.getByTestId('session-item').filter({ hasText: TITLE }).click()
      await page.getByTestId('message').last().waitFor()
    },
  ],
  [
    'the menu of a session',
    async (page) => {
      await page.getByTestId('session-menu').click()
      await page.getByTestId('session-rename').waitFor()
    },
  ],
  [
    'a new title',
    async (page) => {
      await page.getByTestId('session-rename').click()
      await focused(page, 'rename-title')
    },
  ],
  [
    'the name',
    async (page) => {
      await page.keyboard.press('Escape')
      await page.getByTestId('profile-button').click()
      await page.getByTestId('profile-dialog').waitFor()
    },
  ],
  [
    'an answer with all that an agent does',
    async (page) => {
      await page.keyboard.press('Escape')
      await makeSession(page, 'Everything', 'Demo agent')
      for (const text of ['markdown', 'tool dice', 'compact', 'limit', 'fail']) await say(page, text)
      await page.locator('[data-testid="run"][data-state="failed"]').waitFor()
      await page.getByTestId('tool-call').locator('summary').first().click()
    },
  ],
  [
    'a question of an agent',
    async (page) => {
      await say(page, 'approve paint the hull')
      await page.locator('[data-testid="approval"][data-state="asked"]').waitFor()
    },
  ],
  [
    'a list that lies over the pane',
    async (page) => {
      await page.setViewportSize({ width: 360, height: 740 })
      await page.getByTestId('drawer-open').click()
      await page.locator('.app[data-drawer="open"]').waitFor()
    },
  ],
]

it.each(['light', 'dark'] as const)('nothing is in the way of anybody, %s', async (colorScheme) => {
  const relay = await startChat()
  await use(startAgent(relay.url, ['--rate', '400']))
  await publish(relay.stream, { id: 'harbour', title: TITLE }, room(60))
  const page = await visitor()
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.goto(relay.url)
  const found: Record<string, readonly string[]> = {}
  for (const [name, show] of screens) {
    await show(page)
    found[name] = await violations(page)
  }
  expect(found).toEqual(Object.fromEntries(screens.map(([name]) => [name, []])))
})

it('does everything by keyboard: finds, opens, renames, archives, writes, stops at nothing', async () => {
  const relay = await startChat()
  await publish(relay.stream, { id: 'harbour', title: TITLE }, room(3))
  await publish(relay.stream, { id: 'pier', title: 'Pier' }, room(3))
  const page = await visitor()
  await page.goto(relay.url)
  await page.getByTestId('session-item').filter({ hasText: TITLE }).waitFor()
  await page.getByTestId('session-item').filter({ hasText: 'Pier' }).waitFor()
  await page.keyboard.press('Control+k')
  await focused(page, 'session-search')
  await page.keyboard.type('pier')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Pier' }).waitFor()
  await page.getByTestId('composer-input').waitFor()
  await page.keyboard.press('F2')
  await focused(page, 'rename-title')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Pier 9')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Pier 9' }).waitFor()
  await page.keyboard.press('Escape')
  await focused(page, 'composer-input')
  await page.keyboard.type('by keyboard')
  await page.keyboard.press('Enter')
  await page.getByTestId('message').filter({ hasText: 'by keyboard' }).waitFor()
  // What was written in last stands first; until the list says so, the other session is the one before.
  await page.getByTestId('session-item').first().filter({ hasText: 'Pier 9' }).waitFor()
  await page.keyboard.press('Alt+ArrowDown')
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor()
  await page.getByTestId('session-menu').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('session-archive').waitFor()
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Tab')
  await focused(page, 'session-archive')
  await page.keyboard.press('Enter')
  await page.getByTestId('archived-notice').waitFor()
})

it('stands still for those who asked for less motion', async () => {
  const relay = await startChat()
  const page = await visitor()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(relay.url)
  await makeSession(page, 'Still')
  await say(page, 'hello')
  await page.getByTestId('message').waitFor()
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0)
})

it('nothing sticks out of a narrow screen, however long a title is', async () => {
  const relay = await startChat()
  const title = 'Tide tables of Brest, Saint-Malo and the whole coast between the two of them'
  await publish(relay.stream, { id: 'tides', title }, room(3))
  const page = await visitor()
  await page.setViewportSize({ width: 375, height: 740 })
  await page.goto(`${relay.url}/s/tides`)
  await page.getByTestId('message').last().waitFor()
  expect(await page.evaluate(outside)).toEqual([])
  await page.keyboard.press('F2')
  await focused(page, 'rename-title')
  expect(await page.evaluate(outside)).toEqual([])
})

/** What can be used, or is text, and ends beyond an edge of the window; what only a screen reader sees is 1 px wide. */
function outside(): string[] {
  const parts = [...document.querySelectorAll('#pane :is(button, input:not([type="file"]), textarea, h1, p)')]
  return parts
    .filter((part) => {
      const { left, right, width } = part.getBoundingClientRect()
      return width > 1 && (left < 0 || right > innerWidth)
    })
    .map((part) => part.outerHTML.slice(0, 120))
}
