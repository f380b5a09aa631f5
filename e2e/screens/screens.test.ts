import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { it } from 'vitest'
import { publish } from '../browser/fixtures/rooms.ts'
import { kept, makeSession, say, sent, startChat, visitor } from '../browser/fixtures/visit.ts'
import { startAgent } from '../harness/agent.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'

const FOLDER = at('.cache/screens')
const WIDE = { width: 1280, height: 800 }
const NARROW = { width: 360, height: 740 }
const DAY = 86_400_000

/** Sessions as somebody has them after some weeks. */
const SESSIONS = [
  'Harbour office',
  'Night watch',
  'Mooring plan',
  'Charts and corrections',
  'Crew list',
  'Weather',
  'Provisions for the crossing, and who carries them',
  'Lighthouse keepers',
  'Winter storage',
]

/** One picture each: light and dark, wide and narrow. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [width, size] of [
      ['wide', WIDE],
      ['narrow', NARROW],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(size)
      await page.evaluate(async () => {
        for (let n = 0; n < 4; n++) await new Promise(requestAnimationFrame)
      })
      await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}-${width}.png` })
    }
  await page.setViewportSize(WIDE)
}

async function picture(page: Page, name: string, colorScheme: 'light' | 'dark', size = WIDE): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.setViewportSize(size)
  await page.evaluate(async () => {
    for (let n = 0; n < 4; n++) await new Promise(requestAnimationFrame)
  })
  await page.screenshot({ path: at(`docs/${name}.png`) })
}

/** Says it and waits for the end of the answer: nothing waits for an answer then, and nothing can be stopped. */
async function answered(page: Page, text: string): Promise<void> {
  await say(page, text)
  await page.getByTestId('composer-stop').waitFor()
  await page.getByTestId('composer-stop').waitFor({ state: 'hidden' })
}

it('takes the pictures', async () => {
  await mkdir(FOLDER, { recursive: true })
  const relay = await startChat()
  const page = await visitor()
  await page.goto(relay.url)
  await page.getByTestId('home').waitFor()
  await shoot(page, '01-first-run')

  const agent = await use(startAgent(relay.url))
  const now = Date.now()
  for (const [n, title] of SESSIONS.entries()) {
    const createdAt = now - (n + 1) * 3 * DAY
    const text = ['Low water at six.', 'Who has the second key?', 'The buoy is back in its place.'][n % 3]
    const message = { id: `w${n}`, author: `u-${n}a${n}b3c4d5e6f`, at: createdAt, text: text ?? '' }
    await publish(relay.stream, { id: `s${n}`, title }, [message])
  }
  await page
    .getByText(SESSIONS[0] ?? '')
    .first()
    .waitFor()
  await shoot(page, '02-sessions')
  await makeSession(page, 'Tide tables', 'Demo agent')
  await shoot(page, '03-empty-session')
  await page.getByRole('button', { name: 'Keep it' }).click()
  await answered(page, 'hello')
  await shoot(page, '04-first-answer')
  await answered(page, 'tool dice 3d6')
  await say(page, 'approve publish the tide tables of Brest')
  await page.getByTestId('approval').first().waitFor()
  await shoot(page, '05-approval')
  await picture(page, 'screenshot-light', 'light')
  await picture(page, 'screenshot-dark', 'dark')
  await page.setViewportSize(WIDE)
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByTestId('composer-stop').waitFor({ state: 'hidden' })
  await answered(page, 'markdown')
  await shoot(page, '06-markdown')
  await picture(page, 'screenshot-narrow', 'dark', NARROW)
  await page.setViewportSize(WIDE)
  await answered(page, 'tool broken')
  await answered(page, 'fail')
  await say(page, 'long 3000')
  await page.locator('[data-testid="message"][data-state="streaming"]').waitFor()
  await say(page, 'and this after it')
  await page.getByTestId('queued').waitFor()
  await shoot(page, '07-streaming-queued')
  await page.getByTestId('composer-stop').click()
  await page.locator('[data-testid="run"][data-state="aborted"]').first().waitFor()
  await shoot(page, '08-aborted')

  await page.getByTestId('session-new').click()
  await shoot(page, '09-new-session')
  await page.reload()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('ch')
  await shoot(page, '10-search')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  const pathname = new URL(page.url()).pathname
  await page.goto(`${relay.url}${pathname}?inspect`)
  await page.getByTestId('inspector').waitFor()
  await shoot(page, '11-inspector')
  await page.goto(`${relay.url}/s/no-such-session`)
  await page.getByTestId('session-missing').waitFor()
  await shoot(page, '12-missing')
  await page.goto(`${relay.url}${pathname}`)
  await kept(page)
  await page.getByTestId('composer-input').waitFor()
  await agent.dispose()
  await relay.stop()
  await say(page, 'written in a tunnel')
  await page.locator('[data-testid="message"]').filter({ hasText: 'written in a tunnel' }).waitFor()
  await page
    .locator('[data-testid="composer-input"]')
    .fill('A draft of\nseveral lines\nthat nobody has seen yet')
  await shoot(page, '13-offline')
  await relay.start()
  await sent(page, 'written in a tunnel')
  await fetch(relay.stream(pathname.replace('/s/', 'session/')), { method: 'DELETE' })
  await page.locator('[data-testid="connection-badge"][data-state="gone"]').waitFor()
  await shoot(page, '14-deleted')
})
