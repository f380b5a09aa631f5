import { expect, test } from 'vitest'
import { launchChromium } from '../../e2e/harness/chromium.ts'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { startRelay } from '../../e2e/harness/relay.ts'
import { use } from '../../e2e/harness/use.ts'
import type {} from './pages/deltas.ts'
import { append, publish } from './speed/fill.ts'
import { report } from './speed/report.ts'
import { chatRows, itemOf } from './speed/rows.ts'
import { openPage, startSite } from './speed/stage.ts'

const DELTAS = Number(process.env.DELTAS ?? 5_000)
const WORD = 'word '

/** Deltas in one append, as a writer sends what has come while its last append was under way. */
const TOGETHER = Number(process.env.TOGETHER ?? 20)

/** Appends under way at a time: with one, each reaches the relay when the one before it is on its disk. */
const AT_ONCE = Number(process.env.AT_ONCE ?? 1)

const delta = { type: 'message.delta', key: 'grows', value: WORD, headers: { operation: 'update' } }

test('deltas into one message under a query, from the relay to the query, as the tail brings them', async () => {
  const relay = await use(startRelay())
  const stream = relay.stream('deltas')
  await publish(stream, await chatRows(500, 'rising'))
  await append(stream, [itemOf({ id: 'grows', room: 'room', author: 'u-1', ts: 3e12, text: '' })])
  const site = await use(startSite('deltas', 'bench/client/pages/deltas.ts', {}))
  const profile = await use(tempFolder('bench'))
  const chromium = await use(launchChromium(profile.path))
  const page = await openPage(chromium, site, { stream })
  await page.evaluate(() => globalThis.opened)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  await devtools.send('Network.enable')
  let received = 0
  devtools.on('Network.dataReceived', ({ dataLength }) => {
    received += dataLength
  })
  /** Milliseconds that the main thread has worked, bytes from the relay and on disk, and tellings, so far. */
  const soFar = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
    const disk = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? Number.NaN)
    return {
      work: seconds * 1_000,
      wire: received,
      disk,
      tellings: await page.evaluate(() => globalThis.tellings),
    }
  }
  const marks = [await soFar()]
  const together = Array.from({ length: TOGETHER }, () => delta)
  let underWay: Promise<unknown>[] = []
  for (let n = TOGETHER; n <= DELTAS; n += TOGETHER) {
    underWay.push(append(stream, together))
    if (underWay.length < AT_ONCE && n % (DELTAS / 2) !== 0) continue
    await Promise.all(underWay)
    underWay = []
    if (n % (DELTAS / 2) !== 0) continue
    await page.waitForFunction((length) => globalThis.shownLength() === length, n * WORD.length)
    marks.push(await soFar())
  }
  const [start, half, end] = marks
  if (!start || !half || !end) throw new Error('there are not three marks')
  expect(end.tellings).toBeGreaterThan(0)

  const table = report()
  const each = (end.work - start.work) / DELTAS
  table.limit(`one of ${DELTAS} deltas, ${TOGETHER} an append, main thread`, each, 0.2, 'ms')
  table.note('commits that the query saw', end.tellings - start.tellings)
  table.note('bytes on the wire for each', (end.wire - start.wire) / DELTAS)
  table.ratio(
    'bytes on the wire: second half beside the first',
    end.wire - half.wire,
    half.wire - start.wire,
    1.1,
  )
  table.note('bytes on disk for each', (end.disk - start.disk) / DELTAS)
  table.ratio(
    'bytes on disk: second half beside the first',
    end.disk - half.disk,
    half.disk - start.disk,
    1.5,
  )
}, 600_000)
