import { setTimeout as sleep } from 'node:timers/promises'
import {
  conversationFolds,
  conversationSchema,
  isOpen,
  type Message,
  type MessageDelta,
  sessionPath,
} from '@strandline/chat'
import { createClient, createStreamDB } from '@strandline/state'
import { expect, test } from 'vitest'
import { stepsFor } from '../../apps/agent/src/engine/demo/rules.ts'
import { eventually } from '../harness/eventually.ts'
import { startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'
import { type AgentProcess, runAgent } from './agent.ts'
import { openRoom, type Room } from './room.ts'

const PROMPTS = Number(process.env.SOAK_PROMPTS ?? 20)
const SEED = Number(process.env.SOAK_SEED ?? 1)

/** Numbers from 0 to 1, the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** All that the demo would say to a prompt, if it were let. */
function whole(text: string): string {
  const prompt = { run: 'x', text, name: '', model: undefined, mode: undefined, files: [], history: [] }
  return stepsFor(prompt)
    .map((step) => (step.do === 'say' ? step.text : ''))
    .join('')
}

/** The text of a message by its deltas alone, each letter at its place; undefined where a place has two letters. */
function spelled(items: readonly Item[], key: string): string | undefined {
  const letters: string[] = []
  for (const { type, key: own, value } of items) {
    if (type !== 'message.delta' || own !== key) continue
    const { from, text } = value as MessageDelta
    for (const [n, letter] of text.split('').entries()) {
      if (letters[from + n] !== undefined && letters[from + n] !== letter) return undefined
      letters[from + n] = letter
    }
  }
  return letters.includes(undefined as never) ? undefined : letters.join('')
}

interface Item {
  readonly type: string
  readonly key: string
  readonly value: unknown
}

test(`S1-60 ${PROMPTS} prompts, with aborts, dead agents and restarted relays: every run has ended, no text is doubled or missing`, {
  timeout: 60_000 + PROMPTS * 5_000,
}, async () => {
  const random = dice(SEED)
  const relay = await use(startRelay())
  const start = () =>
    runAgent({
      relay: relay.url,
      args: ['--rate', '400', '--lease-ms', '3000', '--grace-ms', '300'],
      early: true,
    })
  let agent: AgentProcess = await use(start())
  const room: Room = await use(openRoom({ relay: relay.url }))
  const asked: { readonly id: string; readonly text: string }[] = []
  const faults = { abort: 0, agent: 0, relay: 0 }

  const within = (id: string) =>
    eventually(() => room.run(id) !== undefined, Boolean, { within: 30_000, every: 20 })
  for (let n = 0; n < PROMPTS; n++) {
    const text = `long ${Math.ceil(random() * 60)}`
    const id = await room.ask(text)
    asked.push({ id, text })
    const luck = random()
    if (luck < 0.25) continue
    await sleep(random() * 120)
    if (luck < 0.5) {
      faults.abort += 1
      await room.abort(id)
    } else if (luck < 0.6) {
      faults.agent += 1
      await agent.kill()
      agent = await use(start())
    } else if (luck < 0.68) {
      faults.relay += 1
      await relay.kill()
      await sleep(random() * 200)
      await relay.start()
      await room.db.retry()
    } else if (luck < 0.72) {
      // Two at once: the elder is still at work when the younger begins.
      faults.agent += 1
      const elder = agent
      agent = await use(start())
      await eventually(() => agent.output.includes(' serves '))
      await elder.kill()
    } else await within(id)
  }
  for (const { id } of asked) {
    await eventually(
      () => {
        const run = room.run(id)
        return run !== undefined && !isOpen(run)
      },
      Boolean,
      { within: 60_000 },
    )
  }

  const url = new URL(sessionPath(room.session), relay.url)
  const client = createClient({ storage: 'memory' })
  const late = createStreamDB({
    client,
    state: conversationSchema,
    folds: conversationFolds,
    streamOptions: { url: url.href },
  })
  await late.preload({ until: 'live' })
  const log = await items(url)
  const seen: Record<string, number> = {}
  for (const { id, text } of asked) {
    const run = late.collections.runs.get(id)
    seen[run?.state ?? 'none'] = (seen[run?.state ?? 'none'] ?? 0) + 1
    expect(run && isOpen(run), `${id} has ended`).toBe(false)
    const said = late.collections.messages.toArray.filter((message) => message.run === id)
    for (const message of said) judge(message, text, run?.state, log)
    if (run?.state === 'finished') expect(said.map((message) => message.text)).toEqual([whole(text)])
  }
  // The tab that was there all along shows what the one shows that came last.
  for (const name of ['messages', 'runs'] as const)
    expect(room.db.collections[name].toArray).toEqual(late.collections[name].toArray)
  await late.close()
  await client.close()
  process.stdout.write(`soak: ${JSON.stringify({ seed: SEED, prompts: PROMPTS, ...faults, ends: seen })}\n`)
  expect(Object.values(faults).every((count) => count > 0)).toBe(true)
})

function judge(message: Message, asked: string, state: string | undefined, log: readonly Item[]): void {
  const allowed = state === 'finished' ? ['complete'] : ['complete', 'incomplete']
  expect(allowed, message.id).toContain(message.state)
  expect(whole(asked).startsWith(message.text), `${message.id} is the beginning of its answer`).toBe(true)
  expect(spelled(log, message.id), `${message.id} by its deltas`).toBe(message.text)
}

async function items(url: URL): Promise<readonly Item[]> {
  const all: Item[] = []
  for (let offset = '-1'; ; ) {
    url.searchParams.set('offset', offset)
    const response = await fetch(url)
    all.push(...((await response.json()) as Item[]))
    offset = response.headers.get('stream-next-offset') ?? offset
    if (response.headers.has('stream-up-to-date')) return all
  }
}
