import { rowItem } from '@strandline/chat'
import type { StateItem } from '@strandline/client'
import { type Clock, every } from './clock.ts'

/** How long a session counts as active without a sign of life; the list is shorter if that is seldom given. */
const ACTIVE_MS = 60_000

/** Characters of an answer that lists show. */
const PREVIEW = 120

/** What the list of sessions says of one of them while it is served. */
export interface Activity {
  /** A run has begun. */
  begin(run: string): void
  /** It has ended; `said` is the last of its answer. */
  end(said: string): void
  /** Says nothing more. */
  cease(): void
}

export function activityOf(
  { session, agent }: { readonly session: string; readonly agent: string },
  clock: Clock,
  write: (item: StateItem) => void,
): Activity {
  let cease = () => {}
  const say = (run: string | null, more: { readonly preview?: string } = {}) => {
    const at = clock.now()
    const until = run === null ? at : at + ACTIVE_MS
    write(rowItem('activity', { id: session, agent, run, until, at, ...more }, 'upsert'))
  }
  return {
    begin(run) {
      cease()
      cease = every(clock, ACTIVE_MS / 3, () => say(run))
      say(run)
    },
    end(said) {
      cease()
      say(null, said === '' ? {} : { preview: said.slice(0, PREVIEW) })
    },
    cease: () => cease(),
  }
}
