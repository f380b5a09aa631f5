import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { startAgent } from '../harness/agent.ts'
import { eventually } from '../harness/eventually.ts'
import { use } from '../harness/use.ts'
import { readAll } from './fixtures/rooms.ts'
import { makeSession, say, startChat, visitor } from './fixtures/visit.ts'

const AGENT = 'Demo agent'

async function setUp() {
  const relay = await startChat()
  const agent = await use(startAgent(relay.url))
  const [hers, his] = [await visitor(), await visitor()]
  await hers.goto(relay.url)
  await eventually(async () =>
    (await readAll(relay.stream('sessions')).catch(() => [])).some(({ key }) => key === 'agent'),
  )
  await hers.getByTestId('home').waitFor()
  const id = await makeSession(hers, 'With an agent', AGENT)
  await his.goto(`${relay.url}/s/${id}`)
  await his.getByTestId('composer-input').waitFor()
  return { relay, agent, hers, his, id }
}

const ended = (page: Page, state: string) =>
  page.locator(`[data-testid="run"][data-state="${state}"]`).last().waitFor()

/** Waits until exactly so many of these are on screen. */
const counted = (page: Page, selector: string, count: number) =>
  eventually(
    () => page.locator(selector).count(),
    (found) => found === count,
  )

const STOP = '[data-testid="composer-stop"]'

const answer = (page: Page) => page.locator('[data-testid="message"][data-own="false"]').last()
const textOf = async (page: Page) =>
  ((await answer(page).locator('.message-text, .markdown').textContent()) ?? '').replace(/\s+/g, ' ').trim()

it('S4-16 S1-16 shows tokens in every open tab; a reload in the middle goes on without a gap or a repeat (wish 15)', async () => {
  const { relay, hers, his, id } = await setUp()
  await say(hers, 'long 120')
  for (const page of [hers, his])
    await page.locator('[data-testid="message"][data-state="streaming"]').waitFor()
  await eventually(async () => (await textOf(his)).split(' ').length > 15)
  const early = await textOf(his)
  await his.reload()
  await answer(his).waitFor()
  await eventually(async () => (await textOf(his)).startsWith(early))
  await Promise.all([ended(hers, 'finished'), ended(his, 'finished')])
  const rows = await readAll(relay.stream(`session/${id}`))
  const final = rows
    .findLast(({ value }) => value.text?.length > 200)
    ?.value.text.replace(/\s+/g, ' ')
    .trim()
  for (const page of [hers, his])
    await eventually(
      () => textOf(page),
      (text) => text === final,
    )
})

it('S1-21 S1-20 stops an answer from another tab, and what waits behind it (wish 15)', async () => {
  const { hers, his } = await setUp()
  await say(hers, 'long 2000')
  await his.getByTestId('composer-stop').waitFor()
  await say(hers, 'and this after it')
  await hers.getByTestId('queued').waitFor()
  await his.getByTestId('composer-stop').click()
  for (const page of [hers, his]) {
    await counted(page, STOP, 0)
    await counted(page, '[data-testid="run"][data-state="aborted"]', 2)
    await counted(page, '[data-testid="queued"]', 0)
  }
})

it('S1-35 S1-39 asks before it acts: two tabs disagree, the first in the log has decided in both', async () => {
  const { relay, hers, his, id } = await setUp()
  const approval = (page: Page, state: string) =>
    page.locator(`[data-testid="approval"][data-state="${state}"]`).waitFor()
  await say(hers, 'approve paint the hull')
  for (const page of [hers, his]) await approval(page, 'asked')
  await his.context().setOffline(true)
  await his.getByRole('button', { name: 'Deny' }).click()
  await approval(his, 'denied')
  await hers.getByRole('button', { name: 'Allow' }).click()
  await ended(hers, 'finished')
  await his.context().setOffline(false)
  await approval(his, 'allowed')
  await ended(his, 'finished')
  const said = async (type: string) =>
    (await readAll(relay.stream(`session/${id}`))).filter((item) => item.type === type)
  const denied = ({ value }: { value: object }) => 'state' in value && value.state === 'denied'
  await eventually(async () => (await said('approval.decision')).some(denied))
  expect(await said('toolCall.end')).toHaveLength(1)
  for (const page of [hers, his]) await approval(page, 'allowed')
})

it('S1-12 S1-15 S1-11 shows failures, notices and where the engine made room, also after a reload', async () => {
  const { hers } = await setUp()
  await say(hers, 'fail')
  await ended(hers, 'failed')
  await counted(hers, STOP, 0)
  await say(hers, 'compact')
  await hers.getByTestId('compaction').waitFor()
  await say(hers, 'limit')
  await hers.getByTestId('notice').waitFor()
  await say(hers, 'tool dice 2d6')
  await hers.locator('[data-testid="tool-call"][data-state="done"]').waitFor()
  await ended(hers, 'finished')
  await hers.reload()
  await hers.getByTestId('compaction').waitFor()
  await counted(hers, '[data-testid="run"][data-state="failed"]', 1)
  await counted(hers, '[data-testid="usage"]', 1)
})

it('tries a failed answer again with the files of its prompt', async () => {
  const { relay, hers, id } = await setUp()
  await hers
    .getByTestId('attach-input')
    .setInputFiles({ name: 'tides.txt', mimeType: 'text/plain', buffer: Buffer.from('ebb') })
  await say(hers, 'fail')
  await ended(hers, 'failed')
  await hers.getByRole('button', { name: 'Try again' }).click()
  const prompts = async () =>
    (await readAll(relay.stream(`session/${id}`))).flatMap(({ type, value }) => {
      const { attachments = [] } = value as { attachments?: { id: string }[] }
      return type === 'message' && value.text === 'fail' ? [attachments.map((file) => file.id)] : []
    })
  await eventually(async () => (await prompts()).length === 2)
  const [first, again] = await prompts()
  expect(first).toHaveLength(1)
  expect(again).toEqual(first)
})

it('S1-45 S1-24 S1-59 a completion that is missed, or an agent that dies, never locks the composer', async () => {
  const { relay, agent, hers, id } = await setUp()
  await say(hers, 'long 100')
  await hers.getByTestId('composer-stop').waitFor()
  await hers.context().setOffline(true)
  await say(hers, 'written while it went on')
  await eventually(async () =>
    (await readAll(relay.stream(`session/${id}`))).some(({ type }) => type === 'run.end'),
  )
  await hers.context().setOffline(false)
  await counted(hers, '[data-testid="run"][data-state="finished"]', 2)
  await counted(hers, STOP, 0)
  expect(relay.output).not.toContain('uncaught')
  await say(hers, 'long 2000')
  await hers.getByTestId('composer-stop').waitFor()
  await agent.kill()
  await hers.locator('[data-testid="run"][data-state="stalled"]').waitFor()
  await counted(hers, STOP, 0)
  await hers.getByRole('button', { name: 'End it' }).click()
  await ended(hers, 'aborted')
})
