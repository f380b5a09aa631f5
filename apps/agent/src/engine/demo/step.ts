import type { RunFailure } from '@strandline/chat'
import type { EngineEvent } from '../engine.ts'

/** What the demo engine does next. */
export type Step =
  /** Said word by word; each `say` is a message of its own. */
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'pause'; readonly ms: number }
  | {
      readonly do: 'tool'
      readonly name: string
      readonly input: unknown
      readonly output: string
      readonly fails?: boolean
    }
  | {
      readonly do: 'ask'
      readonly title: string
      readonly detail?: string
      readonly tool: string
      readonly input: unknown
      readonly allowed: readonly Step[]
      readonly denied: readonly Step[]
    }
  | { readonly do: 'emit'; readonly event: EngineEvent }
  | { readonly do: 'fail'; readonly error: RunFailure }
  /** Ends without a result, as a process that crashes. */
  | { readonly do: 'crash' }
  /** From here on no soft stop is heard. */
  | { readonly do: 'deafen' }

export const say = (text: string): Step => ({ do: 'say', text })
export const pause = (ms: number): Step => ({ do: 'pause', ms })
