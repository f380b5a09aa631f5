import type { Effects } from '../effects.ts'
import type { EntryError } from '../outbox/outbox.ts'
import type { Presence } from '../presence.ts'
import type { Writable } from '../readable.ts'
import type { Connection } from '../status.ts'
import { type Channels, joinTabs, type Sight, type TabMessage } from '../tabs.ts'
import type { Mirror } from './mirror.ts'
import { fromWire, toWire, type WireConnection } from './wire-connection.ts'

/** Milliseconds between two questions to the leader, and how many may stay unanswered: 3 s to a take-over. */
const BEAT = 750
const PATIENCE = 4

/** The other tabs that have this stream open. */
export interface Fellows {
  /** The log or the outbox on disk has moved. */
  moved(): void
  /** A write was saved, or is to be sent again. */
  written(): void
  /** What is known of the claim under way. */
  claim(answered: readonly number[], error: EntryError | undefined): void
  status(connection: Connection): void
  retry(): void
  /** Someone looks at one of them. */
  watching(): boolean
  /** Asks the leader now and then whether it is there; resolves when it has been silent for too long. */
  overdue(signal: AbortSignal): Promise<void>
}

export interface FellowOptions {
  readonly name: string
  /** undefined: there are no other tabs. */
  readonly channels: Channels | undefined
  readonly mirror: Mirror
  readonly connection: Writable<Connection>
  readonly leads: () => boolean
  /** It leads for itself alone: the others' log is another one. */
  readonly alone: () => boolean
  readonly effects: Pick<Effects, 'now' | 'sleep'>
  readonly presence: Pick<Presence, 'visible'>
  /** Another tab wrote. */
  readonly wake: () => void
  /** Another tab asks for a look at the relay. */
  readonly nudge: () => void
}

export function joinFellows(options: FellowOptions, signal: AbortSignal): Fellows {
  const { name, channels, mirror, connection, leads, alone, effects, presence, wake, nudge } = options
  let unanswered = 0
  let seenAt = Number.NEGATIVE_INFINITY

  /** A disk that fails now is asked again with the next news. */
  const look = () => mirror.refresh().catch(() => undefined)

  const sight = (): Sight => {
    const { life, count } = mirror.record()
    return { life, count, entries: mirror.pending().length }
  }

  const hear = (message: TabMessage<WireConnection>): void => {
    switch (message.kind) {
      case 'moved':
        void look()
        break
      case 'written':
        void look().then(wake)
        break
      case 'claim':
        void look().then(() => mirror.news(message.answered, message.error))
        break
      case 'status':
        follow(message.status)
        break
      case 'hello':
        if (!leads() || alone()) break
        if (message.visible) seen()
        tabs.post({ kind: 'here', status: toWire(connection.get()), sight: sight() })
        if (message.lastEntry > mirror.lastEntry()) void look().then(wake)
        break
      case 'here':
        unanswered = 0
        if (leads()) break
        if (sameSight(message.sight, sight())) connection.set(fromWire(message.status))
        else follow(message.status)
        break
      case 'retry':
        if (leads()) nudge()
        break
      default:
        // A word of a newer build of the app in another tab.
        message satisfies never
    }
  }

  const seen = () => {
    seenAt = effects.now()
    const now = connection.get()
    if (now.state === 'waiting' && now.reason === 'hidden') nudge()
  }

  /** The leader's state is told after the rows that it speaks of. */
  const follow = (status: WireConnection) => {
    unanswered = 0
    void look().then(() => {
      if (!leads()) connection.set(fromWire(status))
    })
  }

  const tabs = channels ? joinTabs(name, channels, hear, signal) : { post: () => undefined }

  return {
    moved: () => tabs.post({ kind: 'moved' }),
    written: () => tabs.post({ kind: 'written' }),
    claim: (answered, error) => tabs.post({ kind: 'claim', answered, error }),
    status: (now) => tabs.post({ kind: 'status', status: toWire(now) }),
    retry: () => tabs.post({ kind: 'retry' }),
    watching: () => effects.now() - seenAt < BEAT * PATIENCE,
    async overdue(until) {
      for (unanswered = 0; unanswered < PATIENCE && !until.aborted; unanswered += 1) {
        tabs.post({ kind: 'hello', lastEntry: mirror.lastEntry(), visible: presence.visible() })
        await effects.sleep(BEAT, until)
      }
    },
  }
}

function sameSight(a: Sight, b: Sight): boolean {
  return a.life === b.life && a.count === b.count && a.entries === b.entries
}
