import type { Client } from '@strandline/state'
import type { Activity } from './activity.ts'
import { pause } from './clock.ts'
import { openConversation } from './conversation.ts'
import type { Desk } from './desk.ts'
import { type SessionWorker, startWorker } from './session-worker.ts'

/** How long an orderly end may wait for the relay. */
export const STOP_CAP_MS = 2_000

/** A session that is being served. */
export interface Seat {
  /** Resolves when it is served no more, asked to or not. */
  readonly ended: Promise<void>
  /** It ended in a way that another try may mend. */
  readonly mendable: boolean
  /** Lets go of the session; the run in flight is ended in good order if the relay is there. Idempotent. */
  leave(): Promise<void>
}

export interface SeatOptions extends Omit<Desk, 'conversation'> {
  readonly client: Client
  /** Where the session's stream is. */
  readonly url: string
  readonly activity: Activity
}

export function takeSeat({ client, url, activity, ...parts }: SeatOptions): Seat {
  let worker: SessionWorker | undefined
  const conversation = openConversation({ client, url, onChange: () => worker?.changed() })
  const { journal, clock } = parts
  const started = startWorker({ ...parts, conversation }, activity)
  worker = started
  let left: Promise<void> | undefined

  const leave = async () => {
    const over = new AbortController()
    await Promise.race([started.close(), pause(clock, STOP_CAP_MS, over.signal)])
    over.abort()
    journal.close()
    await conversation.close()
    await started.close()
  }

  return {
    ended: started.ended.finally(() => activity.cease()),
    get mendable() {
      return !conversation.over() && journal.ended?.code !== 'fenced'
    },
    leave() {
      left ??= leave()
      return left
    },
  }
}
