import { expect, test } from 'vitest'
import { tempFolder } from '../../e2e/harness/folder.ts'
import { startRelay } from '../../e2e/harness/relay.ts'
import { use } from '../../e2e/harness/use.ts'
import type { Figures } from './pages/contender.ts'
import { append, publish } from './speed/fill.ts'
import { median, report } from './speed/report.ts'
import { chatRows, itemOf } from './speed/rows.ts'
import { startSite, visit, withBrowser } from './speed/stage.ts'
import { openUntilTidy } from './speed/tidied.ts'

const CHANGES = Number(process.env.CHANGES ?? 1_000_000)
const ROWS = Number(process.env.ROWS ?? 10_000)
const ROUNDS = Number(process.env.ROUNDS ?? 5)

test('a log with a long history, after its checkpoint', async () => {
  const rows = await chatRows(ROWS, 'random')
  const relay = await use(startRelay())
  await publish(relay.stream('short'), rows)
  await publish(relay.stream('long'), rows)
  for (let change = ROWS; change < CHANGES; change += 1_000) {
    const items = Array.from({ length: Math.min(1_000, CHANGES - change) }, (_, n) => {
      // Each round in another order, so that no page holds the rows as they were made.
      const at = ((change + n) * 7919) % ROWS
      const row = rows[at] ?? rows[0]
      if (!row) throw new RangeError('there are no rows')
      return { ...itemOf({ ...row, ts: row.ts + change }), headers: { operation: 'update' } }
    })
    await append(relay.stream('long'), items)
  }

  const site = await use(startSite('strandline', 'bench/client/pages/strandline.ts', {}))
  const queries = {
    short: { stream: relay.stream('short'), database: 'short' },
    long: { stream: relay.stream('long'), database: 'long' },
  }
  const profile = await use(tempFolder('bench'))
  await withBrowser(profile.path, async (browser) => {
    await openUntilTidy(browser, site, queries.short)
    await openUntilTidy(
      browser,
      site,
      queries.long,
      ({ folded, joined, count }) => folded > CHANGES * 0.95 && joined === count,
    )
  })
  await relay.stop()
  const taken = { short: [] as Figures[], long: [] as Figures[] }
  for (let round = 0; round < ROUNDS; round++)
    await withBrowser(profile.path, async (browser) => {
      const names = round % 2 === 0 ? (['short', 'long'] as const) : (['long', 'short'] as const)
      for (const name of names) taken[name].push(await visit(browser, site, queries[name]))
    })
  for (const figures of [...taken.short, ...taken.long]) expect(figures.rows).toBe(ROWS)
  const ms = (figures: readonly Figures[]) => median(figures.map((each) => each.ms))
  const what = `warm start after ${CHANGES} changes, ms: beside ${ROWS} rows alone`
  report().ratio(what, ms(taken.long), ms(taken.short), 1.5)
}, 1_800_000)
