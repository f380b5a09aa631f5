import type { Page } from 'playwright-core'
import { test } from 'vitest'
import { launchChromium } from '../../e2e/harness/chromium.ts'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { buildPage } from '../../e2e/harness/page.ts'
import { startProxy } from '../../e2e/harness/proxy.ts'
import { use } from '../../e2e/harness/use.ts'
import { report } from '../client/speed/report.ts'
import './rows-page.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 3)
const ROWS = Number(process.env.ROWS ?? 100_000)
const DELTAS = 5_000

/** The median of rounds in which the contenders take turns. */
async function alternating(
  page: Page,
  contenders: readonly ((page: Page) => Promise<number>)[],
): Promise<number[]> {
  const rounds: number[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const figures: number[] = []
    for (const contender of contenders) figures.push(await contender(page))
    rounds.push(figures)
  }
  return contenders.map((_, n) => {
    const sorted = rounds.map((figures) => figures[n] ?? Number.NaN).toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  })
}

const line = (name: string, figure: string, bar: string) =>
  process.stdout.write(`${name.padEnd(56)} ${figure.padEnd(24)} bar: ${bar}\n`)

test('rows in Chromium: filling, resetting, extending', async () => {
  const web = await buildPage('bench-rows', 'bench/state/rows-page.ts')
  const proxy = await use(startProxy({ target: 'http://127.0.0.1:9', web }))
  const profile = await use(tempFolder('bench'))
  const chromium = await use(launchChromium(profile.path))
  const page = await chromium.newPage()
  await page.goto(proxy.url)
  process.stdout.write(`\nmedians of ${ROUNDS} rounds, ms; ${ROWS} rows, a query for the newest 50\n`)
  const [alone = 0, tanstack = 0, frame = 0] = await alternating(page, [
    (on) => on.evaluate((n) => globalThis.measureDeltas(n, 1), DELTAS),
    (on) => on.evaluate((n) => globalThis.measureDeltas(n, 1, true), DELTAS),
    (on) => on.evaluate((n) => globalThis.measureDeltas(n, 20), DELTAS),
  ])
  line(`a delta of ${DELTAS}, committed alone`, alone.toFixed(3), '< 0.2')
  line('the same in a bare collection of TanStack', tanstack.toFixed(3), 'what it costs at least')
  line('20 of them in a frame', frame.toFixed(3), '< 0.2')
  for (const all of [false, true]) {
    const [half = 0, after = 0] = await alternating(page, [
      (on) => on.evaluate(([n, all]) => globalThis.measureFill(n, 'half-way', all), [ROWS, all] as const),
      (on) => on.evaluate(([n, all]) => globalThis.measureFill(n, 'after', all), [ROWS, all] as const),
    ])
    const query = all ? 'a query for every other row' : 'the query'
    report().ratio(`fill, ${query} mounted half-way beside after`, half, after, 1.5)
  }
  const [bare = 0, queried = 0] = await alternating(page, [
    (on) => on.evaluate((n) => globalThis.measureReset(n, false), ROWS),
    (on) => on.evaluate((n) => globalThis.measureReset(n, true), ROWS),
  ])
  line(
    'reset to other rows, without / with the query',
    `${bare.toFixed(0)} / ${queried.toFixed(0)}`,
    'not slow',
  )
}, 600_000)
