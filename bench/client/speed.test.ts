import { expect, test } from 'vitest'
import type { Browser } from '../../e2e/harness/chromium.ts'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { type Relay, startRelay } from '../../e2e/harness/relay.ts'
import { use } from '../../e2e/harness/use.ts'
import type { Figures } from './pages/contender.ts'
import { append, publish } from './speed/fill.ts'
import { median, report } from './speed/report.ts'
import { chatRows, itemOf } from './speed/rows.ts'
import { openPage, startSite, visit, withBrowser } from './speed/stage.ts'
import { measureTails } from './speed/tails.ts'
import { openUntilTidy } from './speed/tidied.ts'
import { type Entrant, openAll, tellBlock, tellWarmStart } from './speed/warm-start.ts'

const COUNT = Number(process.env.COUNT ?? 100_000)
const ROUNDS = Number(process.env.ROUNDS ?? 5)
/** `PEERS=dexie,rxdb` measures beside those alone; what is beside others is left out of the table. */
const ALL = 'dexie,tinybase,y-indexeddb,tanstack-sqlite,rxdb'
const PEERS = (process.env.PEERS ?? ALL).split(',').filter(Boolean)

test('reading, in Chromium with a profile on disk', async () => {
  const rows = { rising: await chatRows(COUNT, 'rising'), random: await chatRows(COUNT, 'random') }
  const files = { '/rows-rising.json': JSON.stringify(rows.rising) }
  const relay = await use(startRelay())
  await publish(relay.stream('rising'), rows.rising)
  await publish(relay.stream('random'), rows.random)

  const site = (name: string, entry: string) => use(startSite(name, `bench/client/${entry}`, files))
  const strandline = await site('strandline', 'pages/strandline.ts')
  const newest = await site('newest', 'pages/newest.tsx')
  const streamDb = await site('stream-db', 'pages/stream-db.ts')
  const rising = { stream: relay.stream('rising') }
  const random = { stream: relay.stream('random') }
  const kept = new Map<string, Entrant>([
    ['strandline', { site: strandline, query: rising }],
    ['strandline, random', { site: strandline, query: random }],
    ['newest', { site: newest, query: rising }],
    ['newest, random', { site: newest, query: random }],
  ])
  for (const peer of PEERS) kept.set(peer, { site: await site(peer, `peers/${peer}.js`), query: {} })
  const profile = await use(tempFolder('bench'))
  const { path } = profile

  await withBrowser(path, (browser) => fillAll(browser, kept))
  const taken = new Map<string, Figures[]>()
  const firsts = { ours: [] as Figures[], theirs: [] as Figures[] }
  for (let round = 0; round < ROUNDS; round++) {
    await relay.start()
    await withBrowser(path, async (browser) => {
      const ours = () => visit(browser, strandline, { ...rising, database: `first-${round}`, live: '' })
      const theirs = () => visit(browser, streamDb, rising)
      // In turns, who goes first.
      if (round % 2 === 0) firsts.ours.push(await ours())
      firsts.theirs.push(await theirs())
      if (round % 2 === 1) firsts.ours.push(await ours())
    })
    await relay.stop()
    await withBrowser(path, (browser) => openAll(browser, kept, round, taken))
  }
  taken.set('stream-db', firsts.theirs)
  for (const [name, figures] of [...taken, ['first catch-up', firsts.ours] as const])
    for (const { rows: seen } of figures) expect(seen, name).toBe(name.startsWith('newest') ? 50 : COUNT)

  await relay.start()
  const plain = await site('event-source', 'pages/event-source.ts')
  const tail = await site('tail', 'pages/tail.tsx')
  const live = await site('live-query', 'pages/live-query.ts')
  await withBrowser(path, async (browser) => {
    const table = report()
    tellWarmStart(table, taken)
    const ms = (figures: readonly Figures[]) => median(figures.map((each) => each.ms))
    table.ratio(
      'first catch-up to disk and rows, ms: beside stream-db',
      ms(firsts.ours),
      ms(firsts.theirs),
      1.25,
    )
    tellBlock(table, 'first catch-up', firsts.ours)
    const { first, update } = await liveQuery(browser, relay, live)
    table.limit('orderBy(ts desc).limit(50): first result', first, 500, 'ms')
    table.limit('orderBy(ts desc).limit(50): one live update', update, 5, 'ms')
    await measureTails(browser, { strandline: tail, plain }, relay, { items: 100, table })
    const weighed = await diskUsed(browser, { site: newest, query: rising })
    const wire =
      Buffer.byteLength(JSON.stringify(rows.rising.map(itemOf))) +
      Buffer.byteLength(JSON.stringify(rows.random.map(itemOf)))
    table.ratio('disk used, bytes: beside the JSON that was sent', weighed, wire, 1.3)
  })

  /** Each contender keeps the rows once. */
  async function fillAll(browser: Browser, entrants: ReadonlyMap<string, Entrant>) {
    for (const [name, { site, query }] of entrants) {
      const began = performance.now()
      if ('stream' in query) await openUntilTidy(browser, site, query)
      else await visit(browser, site, { fill: 'rising' })
      process.stdout.write(`${name} keeps its rows after ${Math.round(performance.now() - began)} ms\n`)
    }
  }
}, 3_600_000)

async function liveQuery(browser: Browser, relay: Relay, site: Awaited<ReturnType<typeof startSite>>) {
  const stream = relay.stream('rising')
  const page = await browser.newPage()
  await page.exposeFunction('sayMore', (id: string) =>
    append(stream, [itemOf({ id, room: 'room', author: 'u-1', ts: 2e12 + Date.now(), text: 'more' })]),
  )
  await page.goto(`${site.url}/?${new URLSearchParams({ stream })}`)
  const figures = await page.evaluate(() => globalThis.liveQuery)
  await page.close()
  return figures
}

async function diskUsed(browser: Browser, { site, query }: Entrant): Promise<number> {
  const page = await openPage(browser, site, query)
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage)
  await page.close()
  return usage ?? Number.NaN
}
