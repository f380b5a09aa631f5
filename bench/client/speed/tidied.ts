import { expect } from 'vitest'
import type { Browser } from '../../../e2e/harness/chromium.ts'
import { eventually } from '../../../e2e/harness/eventually.ts'
import { openPage, type Site } from './stage.ts'

/** Of a log's record, what the leader does to it while nothing else happens. */
interface Tidiness {
  readonly count: number
  readonly folded: number
  readonly joined: number
}

/** Opens a page of ours and leaves it open until its log is tidied. */
export async function openUntilTidy(
  browser: Browser,
  site: Site,
  { database = 'strandline', ...query }: Record<string, string>,
  tidy: (log: Tidiness) => boolean = ({ count, joined }) => joined === count,
): Promise<void> {
  const page = await openPage(browser, site, { ...query, database, live: '' })
  const { rows } = await page.evaluate(() => globalThis.outcome)
  expect(rows).toBeGreaterThan(0)
  const look = (name: string) =>
    new Promise<Tidiness>((resolve, reject) => {
      const opening = indexedDB.open(name)
      opening.onerror = () => reject(opening.error)
      opening.onsuccess = () => {
        const records = opening.result.transaction('streams').objectStore('streams').getAll()
        records.onsuccess = () => {
          opening.result.close()
          resolve((records.result as [Tidiness])[0])
        }
      }
    })
  const every = { within: 600_000, every: 1_000 }
  await eventually(() => page.evaluate(look, `${database}-3`), tidy, every)
  await page.close()
}
