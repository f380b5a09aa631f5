import { test } from 'vitest'
import { launchChromium } from '../../e2e/harness/chromium.ts'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { buildPage } from '../../e2e/harness/page.ts'
import { startProxy } from '../../e2e/harness/proxy.ts'
import { use } from '../../e2e/harness/use.ts'
import type { WriteFigures } from './writer-page.ts'

const ROUNDS = 5

/** The value below which `share` of them lie. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const line = (name: string, bar: string, ...figures: string[]) =>
  process.stdout.write(`${name.padEnd(44)} ${figures.join('  ').padEnd(34)} bar: ${bar}\n`)

test('writes, in Chromium with a profile on disk', async () => {
  const web = await buildPage('bench-writes', 'bench/client/writer-page.ts')
  const proxy = await use(startProxy({ target: 'http://127.0.0.1:9', web }))
  const profile = await use(tempFolder('bench'))
  const chromium = await use(launchChromium(profile.path))
  const page = await chromium.newPage()
  await page.goto(proxy.url)
  const rounds: WriteFigures[] = []
  for (let round = 0; round < ROUNDS; round++)
    rounds.push(await page.evaluate(() => globalThis.measureWrites()))
  const median = (pick: (round: WriteFigures) => number) => quantile(rounds.map(pick), 0.5).toFixed(1)
  process.stdout.write(`\nmedians of ${ROUNDS} rounds, ms\n`)
  line(
    'time to saved, strict',
    'p95 <= 10',
    `p50 ${median(({ single }) => quantile(single, 0.5))}`,
    `p95 ${median(({ single }) => quantile(single, 0.95))}`,
  )
  line(
    '100 writes in a burst, all saved',
    '<= 50',
    median(({ burst }) => burst),
  )
  line(
    'one more write, with 1,000 waiting',
    '<= 2 beyond an empty outbox',
    `p50 ${median(({ crowded }) => quantile(crowded, 0.5))}`,
    `p95 ${median(({ crowded }) => quantile(crowded, 0.95))}`,
  )
}, 300_000)
