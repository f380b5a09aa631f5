import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { launchChromium } from '../../e2e/harness/chromium.ts'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { buildPage } from '../../e2e/harness/page.ts'
import { startProxy } from '../../e2e/harness/proxy.ts'
import { startRelay } from '../../e2e/harness/relay.ts'
import { use } from '../../e2e/harness/use.ts'
import type {} from './waiting-page.ts'

const ROUNDS = 5
const STEPS = 100
const CROWD = 1_000

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Writes rows to `url`, each in a batch and a frame of its own. */
async function writer(url: string) {
  const headers = { 'content-type': 'application/json' }
  await fetch(url, { method: 'PUT', headers })
  let rows = 0
  return async (count: number) => {
    for (let n = 0; n < count; n++) {
      rows += 1
      const value = { id: `theirs-${rows}`, at: Date.now(), text: `message ${rows}` }
      const item = { type: 'message', key: value.id, value, headers: { operation: 'insert' } }
      await fetch(url, { method: 'POST', headers, body: JSON.stringify([item]) })
      await sleep(30)
    }
  }
}

/**
 * CPU time of the page's thread: the wait for a frame or for the disk is not part of it, nor what relay, proxy and the
 * browser's other processes do meanwhile on the same cores (by the clock on the wall it is about twice as much, also
 * for a bare frame and a bare transaction). Every row is the newest when it comes, so the query has to show it.
 */
test('a thousand writes waiting, with collections, in Chromium with a profile on disk', async () => {
  const web = await buildPage('bench-waiting', 'bench/client/waiting-page.ts')
  const relay = await use(startRelay())
  const proxy = await use(startProxy({ target: relay.url, web }))
  const profile = await use(tempFolder('bench'))
  const chromium = await use(launchChromium(profile.path))
  const page = await chromium.newPage()
  await page.goto(proxy.url)
  const session = await chromium.context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000
  }
  const each = async (work: () => Promise<unknown>) => {
    const before = await busy()
    await work()
    return ((await busy()) - before) / STEPS
  }

  const figures = { write: { 0: [], [CROWD]: [] }, arrive: { 0: [], [CROWD]: [] } } as Record<
    'write' | 'arrive',
    Record<number, number[]>
  >
  for (let round = 0; round < ROUNDS; round++)
    for (const count of [0, CROWD]) {
      const path = `room-${round}-${count}`
      const others = await writer(relay.stream(path))
      await page.evaluate(([n, url]) => globalThis.openWaiting(n, url), [
        count,
        proxy.relay.url(path),
      ] as const)
      const shown = async (total: number) => {
        await others(STEPS)
        await page.evaluate((n) => globalThis.waiting?.shown(n), total)
      }
      await shown(STEPS)
      const arrived = await each(() => shown(2 * STEPS))
      const written = await each(() => page.evaluate((n) => globalThis.waiting?.write(n), STEPS))
      figures.arrive[count]?.push(arrived)
      figures.write[count]?.push(written)
    }

  process.stdout.write(
    `\nmedians of ${ROUNDS} rounds, ms of CPU of the page's thread; a query for the newest 50\n`,
  )
  for (const [name, what] of [
    ['one more write', 'write'],
    ['one more batch of others', 'arrive'],
  ] as const) {
    const [none, crowd] = [median(figures[what][0] ?? []), median(figures[what][CROWD] ?? [])]
    const told = `none waiting ${none.toFixed(2)}  1,000 waiting ${crowd.toFixed(2)}`
    process.stdout.write(`${name.padEnd(26)} ${told}  bar: < 2\n`)
  }
}, 600_000)
