import type { Browser } from '../../../e2e/harness/chromium.ts'
import type { Figures } from '../pages/contender.ts'
import { median, type Report } from './report.ts'
import { type Site, visit } from './stage.ts'

export interface Entrant {
  readonly site: Site
  readonly query: Record<string, string>
}

/** Each bar is on our time over that contender's. */
const BARS: Readonly<Record<string, number>> = {
  dexie: 0.75,
  tinybase: 0.6,
  'y-indexeddb': 0.6,
  'tanstack-sqlite': 0.45,
  rxdb: 0.25,
}

/** All contenders once, beginning with another one each round: what comes first finds a cold browser. */
export async function openAll(
  browser: Browser,
  entrants: ReadonlyMap<string, Entrant>,
  round: number,
  taken: Map<string, Figures[]>,
): Promise<void> {
  const names = [...entrants.keys()]
  const start = round % names.length
  for (const name of [...names.slice(start), ...names.slice(0, start)]) {
    const entrant = entrants.get(name)
    if (!entrant) continue
    const figures = await visit(browser, entrant.site, entrant.query)
    taken.set(name, [...(taken.get(name) ?? []), figures])
  }
}

export function tellWarmStart(table: Report, taken: ReadonlyMap<string, readonly Figures[]>): void {
  const figures = (name: string) => taken.get(name) ?? []
  const ms = (name: string) => median(figures(name).map((each) => each.ms))
  const block = (what: string, name: string) => tellBlock(table, what, figures(name))
  for (const [name, bar] of Object.entries(BARS))
    if (taken.has(name))
      table.ratio(`warm start, 100,000 rows, ms: beside ${name}`, ms('strandline'), ms(name), bar)
  table.ratio('warm start: beside stream-db, which fetches anew', ms('strandline'), ms('stream-db'), 1.1)
  block('warm start', 'strandline')
  if (taken.has('dexie'))
    table.ratio('newest 50 on screen, ms: beside dexie, all rows', ms('newest'), ms('dexie'), 0.5)
  block('newest 50', 'newest')
  table.ratio(
    'warm start, random keys, ms: beside rising ones',
    ms('strandline, random'),
    ms('strandline'),
    1.2,
  )
  table.ratio('newest 50, random keys, ms: beside rising ones', ms('newest, random'), ms('newest'), 1.2)
}

/** The longest block of each round: the one in the middle is held to the bar, the worst to twice that. */
export function tellBlock(table: Report, what: string, figures: readonly Figures[]): void {
  const blocks = figures.map(({ block }) => block)
  table.limit(`${what}: longest block of the main thread`, median(blocks), 50, 'ms')
  table.limit(`${what}: the same, worst round`, Math.max(...blocks), 100, 'ms')
}
