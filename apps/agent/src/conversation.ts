import {
  type Abort,
  type Approval,
  conversationFolds,
  conversationSchema,
  type Message,
  type Run,
  waitingPrompts,
} from '@strandline/chat'
import { arrival, type Client, createStreamDB } from '@strandline/state'

/** The rows of one session, as its agent reads them: the same folds over the same log as in every tab. */
export interface Conversation {
  /** Everything the relay has is here. Rejects where that cannot be. */
  live(): Promise<void>
  messages(): readonly Message[]
  run(id: string): Run | undefined
  runs(): readonly Run[]
  /** With its place in the log. */
  aborts(): readonly (Abort & { readonly place: number })[]
  approval(id: string): Approval | undefined
  approvals(): readonly Approval[]
  /** Ids of tool calls that have not ended. */
  openCalls(): readonly { readonly id: string; readonly run: string }[]
  /** Prompts without a run, in the order of the log, up to a place in it. */
  waiting(before?: number): readonly Message[]
  /** The stream was deleted or closed: there is nothing more to answer. */
  over(): boolean
  /** Tokens that the session has used. */
  spent(): number
  /** Resolves when the log holds the write. */
  holds(txid: string): Promise<void>
  close(): Promise<void>
}

export interface ConversationOptions {
  readonly client: Client
  readonly url: string
  readonly onChange: () => void
}

export function openConversation({ client, url, onChange }: ConversationOptions): Conversation {
  // Made as soon as it is followed: a session that was made offline may have its first prompt much later.
  const held = client.stream(url, { create: 'on-open' })
  const db = createStreamDB({
    client,
    state: conversationSchema,
    folds: conversationFolds,
    streamOptions: { url },
  })
  const { messages, runs, aborts, approvals, toolCalls, usage } = db.collections
  const subscriptions = [
    messages.subscribeChanges(onChange),
    runs.subscribeChanges(onChange),
    aborts.subscribeChanges(onChange),
    approvals.subscribeChanges(onChange),
  ]

  const spent = () => {
    const last = usage.toArray.at(-1)
    return last?.total ?? 0
  }

  return {
    live: () => db.preload({ until: 'live' }),
    messages: () => messages.toArray,
    run: (id) => runs.get(id),
    runs: () => runs.toArray,
    aborts: () => aborts.toArray.map((abort) => ({ ...abort, place: arrival(abort) })),
    approval: (id) => approvals.get(id),
    approvals: () => approvals.toArray,
    openCalls: () => toolCalls.toArray.filter(({ state }) => state === 'running'),
    waiting: (before = Number.POSITIVE_INFINITY) =>
      waitingPrompts(messages.toArray, runs).filter((prompt) => arrival(prompt) < before),
    over: () => ['gone', 'closed'].includes(db.status.get().state),
    spent,
    holds: (txid) => db.utils.awaitTxId(txid),
    async close() {
      for (const subscription of subscriptions) subscription.unsubscribe()
      await db.close()
      await held.close()
    },
  }
}
