import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startProxy } from '../harness/proxy.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { append, item, publish, room } from './fixtures/rooms.ts'
import { kept, makeSession, person, say, startChat, visitor } from './fixtures/visit.ts'

interface Place {
  readonly message: string | null | undefined
  /** px */
  readonly top: number
}

/** The message that the eye falls on first, and where. */
function topmost(): Place {
  const top = document.querySelector('.message-scroller')?.getBoundingClientRect().top ?? 0
  const rows = [...document.querySelectorAll('[data-testid="message"]')]
  const first = rows.find((row) => row.getBoundingClientRect().bottom > top + 1)
  return {
    message: first?.getAttribute('data-message-id'),
    top: first?.getBoundingClientRect().top ?? Number.NaN,
  }
}

/** Half a line is no jump. */
const near = (one: Place, other: Place) => one.message === other.message && Math.abs(one.top - other.top) < 12

/** Whether the place that is kept is the one on screen: scrolling has come to rest. */
function placesAgree(): boolean {
  const top = document.querySelector('.message-scroller')?.getBoundingClientRect().top ?? 0
  const rows = [...document.querySelectorAll('[data-index]')]
  const first = rows.find((row) => row.getBoundingClientRect().bottom > top)
  const past = Math.round(top - (first?.getBoundingClientRect().top ?? 0))
  const key = first?.querySelector('[data-message-id]')?.getAttribute('data-message-id')
  const [[, kept]] = JSON.parse(localStorage.getItem('strandline:places') ?? '[["",null]]')
  return key !== undefined && kept?.key === key && kept.past === past
}

async function frames(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise(requestAnimationFrame)
}

const HARBOUR = { id: 'harbour', title: 'Harbour' }

it('S4-11 pages backwards from the device alone without a jump or a double, and comes back to the place', async () => {
  const relay = await startChat()
  await publish(relay.stream, HARBOUR, room(1_500))
  const ada = await person()
  const page = await ada.tab()
  await page.goto(`${relay.url}/s/harbour`)
  await page.getByTestId('message').filter({ hasText: '#1499 ' }).waitFor()
  await kept(page)
  await relay.stop()
  await page.reload()
  await page.getByTestId('message').filter({ hasText: '#1499 ' }).waitFor()
  await page.getByTestId('message-list').hover()
  const shown = () =>
    page
      .getByTestId('message')
      .evaluateAll((all) => all.map((one) => Number(/#(\d+) /.exec(one.textContent ?? '')?.[1])))
  for (let step = 0; step < 25; step += 1) {
    await page.mouse.wheel(0, -700)
    await page.evaluate(() => new Promise(requestAnimationFrame))
    const numbers = await shown()
    for (const [index, number] of numbers.entries()) expect(number).toBe((numbers[0] ?? 0) + index)
  }
  await eventually(
    () => page.evaluate(placesAgree),
    (agree) => agree,
  )
  const left = await page.evaluate(topmost)
  await ada.leave()
  const again = await ada.tab()
  await again.goto(relay.url)
  await again.getByTestId('message').first().waitFor()
  await eventually(
    () => again.evaluate(topmost),
    (back) => near(back, left),
  )
  await again.evaluate(frames, 10)
  expect(await again.evaluate(topmost)).toSatisfy((back: Place) => near(back, left))
})

it('S1-46 asks for the tails it had when it was cut off, for what was missed, and for nothing else', async () => {
  const relay = await startChat()
  await publish(relay.stream, HARBOUR, room(3))
  const proxy = await use(startProxy({ target: relay.url, web: at('apps/web/dist') }))
  const page = await visitor()
  await page.goto(`${proxy.url}/s/harbour`)
  await page.getByTestId('connection-badge').filter({ hasText: 'Live' }).waitFor()
  const asked = (from: number) =>
    proxy.relay.requests
      .slice(from)
      .map(({ method, path, live }) => `${method} ${path}${live === undefined ? '' : ' tail'}`)
  const open = () => proxy.relay.open().filter(({ live }) => live !== undefined).length
  await eventually(() => open() === 2)
  const before = proxy.relay.requests.length
  proxy.relay.dropTails()
  const tails = ['GET session/harbour tail', 'GET sessions tail']
  await eventually(() => tails.every((tail) => asked(before).includes(tail)) && open() === 2)
  await append(relay.stream('session/harbour'), [
    item('message', { id: 'after', author: 'bob', at: 1, text: 'after the cut' } as never),
  ])
  await page.getByTestId('message').filter({ hasText: 'after the cut' }).waitFor()
  const counts = new Map<string, number>()
  for (const one of asked(before)) counts.set(one, (counts.get(one) ?? 0) + 1)
  const missed = ['GET session/harbour', 'GET sessions']
  expect(counts).toEqual(new Map([...missed, ...tails].map((one) => [one, 1])))
})

it('S4-29 shows the last of many sessions that were gone through fast, with one tail for it', async () => {
  const relay = await startChat()
  for (const n of [1, 2, 3, 4]) await publish(relay.stream, { id: `s${n}`, title: `Session ${n}` }, room(3))
  const page = await visitor()
  const tails = new Set<string>()
  page.on('request', (request) => {
    if (/session\/s\d\?.*live=/u.test(request.url())) tails.add(request.url())
  })
  for (const end of ['requestfinished', 'requestfailed'] as const)
    page.on(end as 'requestfinished', (request) => tails.delete(request.url()))
  await page.goto(`${relay.url}/s/s1`)
  await page.getByTestId('message').first().waitFor()
  for (const n of [2, 3, 4, 1, 2, 3, 4, 1, 2, 3]) await page.locator(`[data-session-id="s${n}"]`).click()
  await page.getByRole('heading', { level: 1, name: 'Session 3' }).waitFor()
  await page.getByTestId('connection-badge').filter({ hasText: 'Live' }).waitFor()
  await eventually(
    () => [...tails],
    (open) => open.length === 1 && open[0]?.includes('session/s3') === true,
  )
  await eventually(
    () => page.getByTestId('message').count(),
    (count) => count === 3,
  )
})

it('S1-53 tells a hidden tab once of what comes in live, a visible one and a replay nothing', async () => {
  const relay = await startChat()
  await publish(relay.stream, HARBOUR, room(3))
  const page = await visitor()
  await page.context().grantPermissions(['notifications'])
  await page.addInitScript(() => {
    const told: string[] = []
    Object.assign(globalThis, { told })
    Object.defineProperty(globalThis, 'Notification', {
      value: class {
        static permission = 'granted'
        static requestPermission = async () => 'granted'
        constructor(title: string, { body }: { body: string }) {
          told.push(`${title}: ${body}`)
        }
      },
    })
    ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
      told.push(`${title}: ${options?.body}`)
    }
    // Kept where a reload leaves it.
    Object.defineProperty(document, 'hidden', { get: () => sessionStorage.getItem('away') !== null })
  })
  await page.goto(`${relay.url}/s/harbour`)
  await page.getByTestId('notify-toggle').click()
  await page.getByTestId('connection-badge').filter({ hasText: 'Live' }).waitFor()
  const told = () => page.evaluate(() => Reflect.get(globalThis, 'told') as string[])
  const write = (id: string) =>
    append(relay.stream('session/harbour'), [
      item('message', { id, author: 'bob', at: 1, text: `ahoy ${id}` } as never),
    ])
  await write('seen')
  await page.getByTestId('message').filter({ hasText: 'ahoy seen' }).waitFor()
  expect(await told()).toEqual([])
  await page.evaluate(() => sessionStorage.setItem('away', 'yes'))
  await write('unseen')
  await eventually(told, (all) => all.length > 0)
  expect(await told()).toEqual(['Harbour: bob: ahoy unseen'])
  await eventually(
    () => page.title(),
    (title) => title.includes('(1)'),
  )
  await page.reload()
  await page.getByTestId('message').filter({ hasText: 'ahoy unseen' }).waitFor()
  expect(await told()).toEqual([])
})

it('draws Markdown of strangers as text: no markup, no pictures from elsewhere, no address that runs', async () => {
  const relay = await startChat()
  const page = await visitor()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(relay.url)
  await makeSession(page, 'Strangers')
  await say(
    page,
    '**bold** <img src=x onerror=alert(1)> ![pic](https://elsewhere.example/a.png) [run](javascript:alert(1))',
  )
  const message = page.getByTestId('message').first()
  await message.locator('strong').waitFor()
  expect(await message.locator('img, script, iframe').count()).toBe(0)
  expect(await message.locator('a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual(
    ['https://elsewhere.example/a.png'],
  )
  expect(asked.filter((url) => url.includes('elsewhere'))).toEqual([])
  await say(page, '```ts\nconst tide = 1\n```')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy code' }).click()
  await eventually(
    () => page.evaluate(() => navigator.clipboard.readText()),
    (copied) => copied === 'const tide = 1',
  )
})
