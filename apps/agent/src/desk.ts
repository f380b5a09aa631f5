import type { AttachmentStore } from './attachments.ts'
import type { Clock } from './clock.ts'
import type { Conversation } from './conversation.ts'
import type { Engine } from './engine/engine.ts'
import type { Journal } from './journal/journal.ts'
import type { Report } from './report.ts'

export interface Identity {
  /** Its producer's name, and what sessions call it. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** Which start of it this is: later ones have higher numbers. */
  readonly epoch: number
}

export interface Timing {
  /** How long a run counts as alive without a sign of life. */
  readonly leaseMs: number
  /** From the soft end of a run to the hard one. */
  readonly graceMs: number
  /** How long an idle engine is kept; 0 is for ever. */
  readonly idleMs: number
  /** How long a prompt waits for a file that comes no further. */
  readonly fileMs: number
}

/** What the agent has at hand for one session. */
export interface Desk {
  readonly session: string
  readonly agent: Identity
  readonly engine: Engine
  readonly conversation: Conversation
  readonly journal: Journal
  readonly attachments: AttachmentStore
  /** Absolute paths by name: a prompt can ask for these folders and no others. */
  readonly workspaces: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly timing: Timing
  readonly report: Report
}
