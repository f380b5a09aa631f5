import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { publish, room } from './fixtures/rooms.ts'
import { kept, makeSession, say, sent, startChat, visitor } from './fixtures/visit.ts'

interface Sight {
  /** A picture of the page before, or rows; neither of them, in a frame after one of them was there. */
  readonly kind: 'picture' | 'rows' | 'neither'
  readonly text: string
  /** Where the last message of it ends, in px from the lower edge of the window. */
  readonly above: number
}

/** Notes what a page shows of its messages from its first moment on: the picture as it is put in, rows as they come. */
function watch(): void {
  const sights: Sight[] = []
  Object.assign(globalThis, { sights })
  const look = () => {
    const kind = document.querySelector('[data-message-id]')
      ? 'rows'
      : document.querySelector('[data-last-view] .message')
        ? 'picture'
        : undefined
    const last = [...document.querySelectorAll('.message')].at(-1)
    if (!kind || !last) return
    const box = last.getBoundingClientRect()
    const sight = { kind, text: last.textContent ?? '', above: Math.round(innerHeight - box.bottom) } as const
    if (sights.at(-1)?.kind === kind) sights[sights.length - 1] = sight
    else sights.push(sight)
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
  const frame = () => {
    look()
    // What stands at the beginning of a frame is what the frame paints.
    const empty = !document.querySelector('[data-message-id], [data-last-view] .message')
    if (empty && sights.length > 0) sights.push({ kind: 'neither', text: '', above: 0 })
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

/** A page whose patience is not at its end before that of the test: its long waits last twenty times as long. */
function patient(): void {
  const { setTimeout } = globalThis
  const slow = (run: () => void, ms = 0) => setTimeout(run, ms < 1_000 ? ms : ms * 20)
  Object.assign(globalThis, { setTimeout: slow })
}

const sightsOf = (page: Page) => page.evaluate(() => Reflect.get(globalThis, 'sights') as Sight[])

it('shows what was last on screen before its code is there; rows take its place where it stood', async () => {
  const relay = await startChat()
  await publish(relay.stream, { id: 'harbour', title: 'Harbour' }, room(300))
  const page = await visitor()
  await page.goto(`${relay.url}/s/harbour`)
  await page.getByTestId('message').filter({ hasText: '#299 ' }).waitFor()
  await kept(page)
  await page.goto('about:blank')
  await relay.stop()

  await page.addInitScript(patient)
  await page.addInitScript(watch)
  await page.goto(`${relay.url}/s/harbour`)
  await page.getByTestId('message').filter({ hasText: '#299 ' }).waitFor()
  await page.evaluate(() => document.fonts.ready)
  const apart = ([picture, rows]: readonly Sight[]) => Math.abs((picture?.above ?? 0) - (rows?.above ?? 99))
  await eventually(
    () => sightsOf(page),
    (sights) => apart(sights) <= 1,
  )
  // Nothing comes after it.
  await page.evaluate(async () => {
    for (let n = 0; n < 5; n++) await new Promise(requestAnimationFrame)
  })
  const [picture, rows, ...more] = await sightsOf(page)
  expect([picture?.kind, rows?.kind, more]).toEqual(['picture', 'rows', []])
  expect(picture?.text).toContain('#299 ')
  expect(rows?.text).toContain('#299 ')
  expect(await page.locator('[data-last-view] .message').count()).toBe(0)
})

it('shows no picture of another page, or of another version; one that is there cannot be used', async () => {
  const relay = await startChat()
  await publish(relay.stream, { id: 'harbour', title: 'Harbour' }, room(30))
  const page = await visitor()
  await page.goto(`${relay.url}/s/harbour`)
  await page.getByTestId('message').filter({ hasText: '#29 ' }).waitFor()
  await page.goto('about:blank')
  await page.addInitScript(patient)
  await page.addInitScript(watch)
  const other = await page.goto(relay.url).then(() => makeSession(page, 'Another'))
  await say(page, '<b>bold</b> & "quoted"')
  await sent(page, '<b>bold</b>')
  await page.reload()
  await page.getByTestId('message').filter({ hasText: '<b>bold</b> & "quoted"' }).waitFor()
  expect(
    (await sightsOf(page)).map(({ kind, text }) => [kind, text.includes('<b>bold</b> & "quoted"')]),
  ).toEqual([
    ['picture', true],
    ['rows', true],
  ])
  const view = await page.evaluate(() => localStorage.getItem('strandline:view') ?? '')
  expect(JSON.parse(view)).toMatchObject({ page: `/s/${other}` })
  expect(view).toContain('inert')
  expect(view).not.toMatch(/data-testid|data-message-id|<b>/)

  await page.goto(`${relay.url}/s/harbour`)
  await page.getByTestId('message').filter({ hasText: '#29 ' }).waitFor()
  expect((await sightsOf(page)).map(({ kind }) => kind)).toEqual(['rows'])
  await page.evaluate(() => {
    const age = () => {
      const view = JSON.parse(localStorage.getItem('strandline:view') ?? '{}')
      localStorage.setItem('strandline:view', JSON.stringify({ ...view, app: '/assets/older.js' }))
    }
    addEventListener('pagehide', age)
    document.addEventListener('visibilitychange', age)
  })
  await page.reload()
  await page.getByTestId('message').filter({ hasText: '#29 ' }).waitFor()
  expect((await sightsOf(page)).map(({ kind }) => kind)).toEqual(['rows'])
})
