import { expect, test } from 'vitest'
import { publish, room } from '../../e2e/browser/fixtures/rooms.ts'
import { launchChromium } from '../../e2e/harness/chromium.ts'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { startRelay } from '../../e2e/harness/relay.ts'
import { at } from '../../e2e/harness/script.ts'
import { use } from '../../e2e/harness/use.ts'

const ROUNDS = 7
const SLOWER = 4

interface Start {
  /** First contentful paint, in ms since the navigation. */
  readonly shell: number
  /** Messages on screen, as this device last showed them, in ms since the navigation. */
  readonly seen: number
  /** The rows themselves, from the log, in ms since the navigation. */
  readonly rows: number
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

test.each([500, 9_500])(
  `a warm start on a room of %i messages, the CPU slowed ${SLOWER} times`,
  async (count) => {
    const relay = await use(startRelay({ web: at('apps/web/dist') }))
    await publish(relay.stream, { id: 'harbour', title: 'Harbour' }, room(count))
    const profile = await use(tempFolder('start'))
    const chromium = await use(launchChromium(profile.path))
    const first = await chromium.newPage()
    await first.goto(`${relay.url}/s/harbour`)
    await first
      .locator('[data-message-id]')
      .filter({ hasText: `#${count - 1} ` })
      .waitFor()
    await first.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await first.goto('about:blank')
    await first.close()

    const starts: Start[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const page = await chromium.newPage()
      const session = await chromium.context.newCDPSession(page)
      await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
      await page.addInitScript(() => {
        const look = () => {
          const seen = document.querySelector('.message') && performance.getEntriesByName('seen').length === 0
          if (seen) performance.mark('seen')
          if (document.querySelector('[data-message-id]')) performance.mark('rows')
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      })
      await page.goto(`${relay.url}/s/harbour`)
      await page.locator('[data-message-id]').first().waitFor()
      await page.waitForFunction(() => performance.getEntriesByName('rows').length > 0)
      starts.push(
        await page.evaluate(() => ({
          shell: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
          seen: performance.getEntriesByName('seen')[0]?.startTime ?? Number.NaN,
          rows: performance.getEntriesByName('rows')[0]?.startTime ?? Number.NaN,
        })),
      )
      await page.goto('about:blank')
      await page.close()
    }
    const of = (pick: (start: Start) => number) => median(starts.map(pick)).toFixed(0)
    process.stdout.write(
      `\n${count} messages, medians of ${ROUNDS}: shell painted at ${of(({ shell }) => shell)} ms (bar 1000), the messages last seen ${of(({ seen, shell }) => seen - shell)} ms after it (bar 300), live rows in their place ${of(({ rows, shell }) => rows - shell)} ms after it\n`,
    )
    expect(starts).toHaveLength(ROUNDS)
  },
  300_000,
)
