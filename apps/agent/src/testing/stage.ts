import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  conversationFolds,
  conversationSchema,
  deltaItem,
  type Message,
  type Run,
  rowItem,
  type Session,
} from '@strandline/chat'
import type { MockRelay } from '@strandline/relay/msw'
import { createClient, createStreamDB, type StreamDB } from '@strandline/state'
import { onTestFinished } from 'vitest'
import { type Agent, type AgentOptions, startAgent } from '../agent.ts'
import { type TestClock, testClock } from './clock.ts'
import { type PuppetEngine, puppetEngine } from './engine.ts'
import { itemsOf, testRelay } from './relay.ts'

/** A relay, a session in it, an agent on a clock that stands, and a tab that looks on. */
export interface Stage {
  readonly relay: MockRelay
  readonly clock: TestClock
  readonly engine: PuppetEngine
  readonly agent: Agent
  readonly tab: StreamDB<typeof conversationSchema>
  readonly folder: string
  /** Appends prompts as a person would; returns their ids. */
  ask(...texts: readonly (string | Partial<Message>)[]): Promise<readonly string[]>
  abort(run: string): Promise<void>
  decide(approval: string, state: 'allowed' | 'denied', by?: string): Promise<void>
  run(id: string): Run | undefined
  /** Looks again with each turn of the event loop, in which a millisecond passes, until `check` passes. */
  until(check: () => unknown): Promise<void>
  /** Another agent of the same name, started a moment later. */
  another(more?: Partial<AgentOptions>): Agent
  /** Items of the session's stream, as `type key`. */
  log(): Promise<readonly string[]>
}

export const PATH = 'session/s'
const SESSION: Session = { id: 's', title: 'S', createdAt: 0, createdBy: 'ada', agent: 'agent' }

/** Milliseconds that a busy machine may take. */
const PATIENCE = 20_000

/** What is wrong by `check`: it throws, or says false. */
function failure(check: () => unknown): unknown {
  try {
    return check() === false ? new Error(`not so: ${check}`) : undefined
  } catch (error) {
    return error
  }
}

export async function stage(
  more: Partial<AgentOptions> & {
    readonly session?: Partial<Session>
    readonly puppet?: PuppetEngine
    /** Hears of the relay's `fetch`, for tests that put their own before it. */
    readonly wired?: (fetch: typeof globalThis.fetch) => void
  } = {},
): Promise<Stage> {
  const { session, puppet, wired, ...options } = more
  const relay = testRelay()
  wired?.(relay.fetch)
  const clock = testClock()
  const engine = puppet ?? puppetEngine()
  const folder = await mkdtemp(join(tmpdir(), 'agent-test-'))
  await relay.append('sessions', [rowItem('session', { ...SESSION, ...session })])
  await relay.append(PATH, [rowItem('notice', { id: 'n', kind: 'info', source: 'test', text: '', at: 0 })])

  const start = (own: Partial<AgentOptions> = {}) => {
    const agent = startAgent({
      relay: relay.url('').replace('/v1/stream/', ''),
      root: '',
      id: 'agent',
      name: 'Agent',
      engine,
      headers: {},
      owners: undefined,
      workspaces: {},
      folder: join(folder, 'files'),
      timing: { leaseMs: 15_000, graceMs: 2_000, idleMs: 0, fileMs: 60_000 },
      clock,
      fetch: relay.fetch,
      report: () => undefined,
      ...options,
      ...own,
    })
    onTestFinished(async () => {
      const closing = agent.close()
      const tick = setInterval(() => clock.advance(100), 1)
      await closing
      clearInterval(tick)
    })
    return agent
  }

  onTestFinished(async () => {
    await relay.close()
    await rm(folder, { recursive: true, force: true })
  })
  const agent = start()
  const client = createClient({ storage: 'memory', fetch: relay.fetch })
  onTestFinished(() => client.close())
  const tab = createStreamDB({
    client,
    state: conversationSchema,
    folds: conversationFolds,
    streamOptions: { url: relay.url(PATH) },
  })
  await tab.preload({ until: 'live' })
  await agent.ready
  let prompts = 0

  return {
    relay,
    clock,
    engine,
    agent,
    tab,
    folder,
    async ask(...texts) {
      const rows = texts.map((given): Message => {
        const row = typeof given === 'string' ? { text: given } : given
        return { id: `p${++prompts}`, author: 'ada', at: 0, text: 'x', ...row }
      })
      for (const row of rows) await relay.append(PATH, [rowItem('message', row)])
      return rows.map(({ id }) => id)
    },
    abort: (run) =>
      relay.append(PATH, [rowItem('abort', { id: crypto.randomUUID(), run, by: 'ada', at: 0 })]),
    decide: (approval, state, by = 'ada') =>
      relay.append(PATH, [deltaItem('approval.decision', approval, { state, by, decidedAt: 0 })]),
    run: (id) => tab.collections.runs.get(id),
    async until(check) {
      const late = Date.now() + PATIENCE
      for (;;) {
        clock.advance(1)
        const wrong = failure(check)
        if (!wrong) return
        if (Date.now() > late) throw wrong
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    another(own = {}) {
      clock.advance(1)
      return start(own)
    },
    log: async () => (await itemsOf(relay, PATH)).slice(1).map(({ type, key }) => `${type} ${key}`),
  }
}
