import {
  conversationFolds,
  conversationSchema,
  DEFAULT_AGENT,
  deltaItem,
  isOpen,
  type Message,
  type PromptOptions,
  pathsBelow,
  type Run,
  rowItem,
} from '@strandline/chat'
import { type Client, createClient, createStreamDB, type StreamDB } from '@strandline/state'
import { eventually } from '../harness/eventually.ts'
import type { Resource } from '../harness/use.ts'

/** A session as a tab sees it, on a device with a memory. */
export interface Room extends Resource {
  readonly client: Client
  readonly db: StreamDB<typeof conversationSchema>
  readonly session: string
  ask(text: string, more?: Partial<Message> & { readonly prompt?: PromptOptions }): Promise<string>
  abort(run: string): Promise<void>
  decide(approval: string, state: 'allowed' | 'denied'): Promise<void>
  run(id: string): Run | undefined
  /** Resolves with the run of a prompt when it has ended. */
  ended(id: string): Promise<Run>
  /** What was answered to a prompt. */
  answers(id: string): readonly Message[]
}

export interface RoomOptions {
  readonly relay: string
  readonly session?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly person?: string
  readonly agent?: string
  readonly root?: string
}

/** Makes a session that names the agent, and opens it. */
export async function openRoom(options: RoomOptions): Promise<Room> {
  const { relay, headers = {}, person = 'ada', agent = DEFAULT_AGENT } = options
  const session = options.session ?? crypto.randomUUID()
  const paths = pathsBelow(options.root)
  const client = createClient({ storage: 'memory', headers })
  const at = (path: string) => new URL(path, relay).href
  const sessions = client.stream(at(paths.sessions))
  const row = { id: session, title: 'Room', createdAt: Date.now(), createdBy: person, agent }
  await sessions.append([rowItem('session', row)])
  const held = client.stream(at(paths.session(session)), { create: 'on-open' })
  const db = createStreamDB({
    client,
    state: conversationSchema,
    folds: conversationFolds,
    streamOptions: { url: at(paths.session(session)) },
  })
  await db.preload({ until: 'live' })
  const { messages, runs } = db.collections
  return {
    client,
    db,
    session,
    async ask(text, more = {}) {
      const id = crypto.randomUUID()
      await held.append([rowItem('message', { id, author: person, at: Date.now(), text, ...more })])
      return id
    },
    async abort(run) {
      await held.append([rowItem('abort', { id: crypto.randomUUID(), run, by: person, at: Date.now() })])
    },
    async decide(approval, state) {
      await held.append([
        deltaItem('approval.decision', approval, { state, by: person, decidedAt: Date.now() }),
      ])
    },
    run: (id) => runs.get(id),
    async ended(id) {
      const run = await eventually(
        () => runs.get(id),
        (found) => found !== undefined && !isOpen(found),
      )
      if (!run) throw new Error(`no run ${id}`)
      return run
    },
    answers: (id) => messages.toArray.filter((message) => message.run === id),
    async dispose() {
      await db.close()
      await client.close()
    },
  }
}
