import { expect, it } from 'vitest'
import { launchChromium } from '../harness/chromium.ts'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { buildPage } from '../harness/page.ts'
import { startProxy } from '../harness/proxy.ts'
import { recordRequests } from '../harness/recorder.ts'
import { startReference } from '../harness/reference.ts'
import { use } from '../harness/use.ts'

interface Bare {
  visits(): Promise<number>
  firstEvent(stream: string): Promise<string>
}

const json = { 'content-type': 'application/json' }

it('keeps a profile on disk through closing and crashing, serves a bundled page, and shows what it asked for', async () => {
  const server = await use(startReference())
  const proxy = await use(
    startProxy({ target: server.url, web: await buildPage('bare', 'e2e/browser/fixtures/bare.ts') }),
  )
  const profile = await use(tempFolder('profile'))
  await fetch(proxy.relay.url('a'), { method: 'PUT', headers: json })
  await fetch(proxy.relay.url('a'), { method: 'POST', headers: json, body: '[{"n":42}]' })

  for (const visit of [1, 2, 3]) {
    const chromium = await use(launchChromium(profile.path))
    const requests = recordRequests(chromium.context)
    const page = await chromium.newPage()
    await page.goto(proxy.url)
    expect(await page.evaluate(() => (globalThis as unknown as Bare).visits())).toBe(visit)
    const event = await page.evaluate(
      (url) => (globalThis as unknown as Bare).firstEvent(url),
      proxy.relay.url('a'),
    )
    expect(event).toContain('42')
    await eventually(() =>
      requests.some(({ url, status }) => url === '/v1/stream/a?offset=-1&live=sse' && status === 200),
    )
    await (visit === 2 ? chromium.crash() : chromium.dispose())
  }
})
