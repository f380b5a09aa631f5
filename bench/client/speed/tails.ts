import type { Browser } from '../../../e2e/harness/chromium.ts'
import type { Relay } from '../../../e2e/harness/relay.ts'
import { append } from './fill.ts'
import { median, type Report } from './report.ts'
import { itemOf } from './rows.ts'
import { openPage, type Site } from './stage.ts'

declare global {
  /** When each row was first on screen, in ms since the epoch, by its id. */
  var seen: Map<string, number>
}

/** What others say, seen by our page and by one with a bare `EventSource`, both open at once. */
export async function measureTails(
  browser: Browser,
  sites: { readonly strandline: Site; readonly plain: Site },
  relay: Relay,
  { items, table }: { readonly items: number; readonly table: Report },
): Promise<void> {
  const stream = relay.stream('tail')
  await append(stream, [itemOf(rowOf('first'))])
  const lags = new Map<Site, number[]>([
    [sites.strandline, []],
    [sites.plain, []],
  ])
  // One page at a time, in turns: a page that is not in front paints rarely.
  for (let turn = 0; turn < 4; turn++) {
    for (const [site, lag] of turn % 2 === 0 ? lags : [...lags].reverse()) {
      const page = await openPage(browser, site, { stream })
      await page.waitForFunction(() => globalThis.seen?.size > 0)
      await page.bringToFront()
      for (let n = 0; n < items / 4; n++) {
        // Not in step with the frames.
        await new Promise((resolve) => setTimeout(resolve, 40 + ((n * 37) % 60)))
        const id = `${site.name}-${turn}-${n}`
        await append(stream, [itemOf(rowOf(id))])
        const answered = performance.timeOrigin + performance.now()
        const at = await page.waitForFunction((wanted) => globalThis.seen.get(wanted), id)
        lag.push(((await at.jsonValue()) ?? Number.NaN) - answered)
      }
      await page.close()
    }
  }
  const [ours = [], theirs = []] = [...lags.values()]
  table.ratio('relay answer to visible row, p50 ms: beside EventSource', median(ours), median(theirs), 1.5)
}

function rowOf(id: string) {
  return { id, room: 'room', author: 'u-1', ts: Date.now(), text: `said ${id}` }
}
