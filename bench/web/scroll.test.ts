import { test } from 'vitest'
import { publish, room } from '../../e2e/browser/fixtures/rooms.ts'
import { launchChromium } from '../../e2e/harness/chromium.ts'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { startRelay } from '../../e2e/harness/relay.ts'
import { at } from '../../e2e/harness/script.ts'
import { use } from '../../e2e/harness/use.ts'

const ROUNDS = 5
const STEPS = 150

interface Round {
  readonly frames: readonly number[]
  readonly blank: number
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

test('scrolling a room of 9,500 messages, 300 px a step', async () => {
  const relay = await use(startRelay({ web: at('apps/web/dist') }))
  await publish(relay.stream, { id: 'harbour', title: 'Harbour' }, room(9_500))
  const profile = await use(tempFolder('scroll'))
  const chromium = await use(launchChromium(profile.path))
  const page = await chromium.newPage()
  await page.goto(`${relay.url}/s/harbour`)
  await page.locator('[data-message-id]').filter({ hasText: '#9499 ' }).waitFor()
  await page.getByTestId('message-list').hover()
  const rounds: Round[] = []
  for (let number = 0; number < ROUNDS; number++) {
    const measured = page.evaluate(
      (steps) =>
        new Promise<Round>((resolve) => {
          const frames: number[] = []
          let blank = 0
          let last = performance.now()
          const frame = (now: number) => {
            frames.push(now - last)
            last = now
            if (document.querySelectorAll('[data-message-id]').length < 3) blank += 1
            if (frames.length < steps) requestAnimationFrame(frame)
            else resolve({ frames, blank })
          }
          requestAnimationFrame(frame)
        }),
      STEPS,
    )
    for (let step = 0; step < STEPS / 2; step++) await page.mouse.wheel(0, number % 2 ? 300 : -300)
    rounds.push(await measured)
  }
  const median = (pick: (round: Round) => number) => quantile(rounds.map(pick), 0.5).toFixed(1)
  const share = (part: number) => median(({ frames }) => quantile(frames, part))
  process.stdout.write(
    `\nmedians of ${ROUNDS} rounds: frame p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, p99 ${share(0.99)} ms; frames without rows: ${rounds.reduce((sum, { blank }) => sum + blank, 0)} of ${ROUNDS * STEPS}\n`,
  )
}, 300_000)
