import type { StateItem } from '@strandline/client'
import type { Abort } from './abort.ts'
import type { Approval, Decision } from './approval.ts'
import type { Message, MessageDelta } from './message.ts'
import type { Notice } from './notice.ts'
import type { Run, RunEnd, RunLease, RunStep } from './run.ts'
import type { Activity, Agent, ReadMark, Session, SessionEdit, SessionTouch } from './session.ts'
import type { ToolCall, ToolCallEnd } from './tool-call.ts'
import type { Usage } from './usage.ts'

interface Rows {
  readonly session: Session
  readonly agent: Agent
  readonly activity: Activity
  readonly readMark: ReadMark
  readonly message: Message
  readonly run: Run
  readonly toolCall: ToolCall
  readonly approval: Approval
  readonly abort: Abort
  readonly notice: Notice
  readonly usage: Usage
}

interface Deltas {
  readonly 'session.edit': SessionEdit
  readonly 'session.touch': SessionTouch
  readonly 'message.delta': MessageDelta
  readonly 'run.step': RunStep
  readonly 'run.lease': RunLease
  readonly 'run.end': RunEnd
  readonly 'toolCall.end': ToolCallEnd
  readonly 'approval.decision': Decision
}

/** A row as an item: `insert` for one that is new, `upsert` for one that may be there. */
export function rowItem<T extends keyof Rows>(
  type: T,
  value: Rows[T],
  operation: 'insert' | 'upsert' | 'update' = 'insert',
): StateItem {
  return { type, key: value.id, value, headers: { operation } }
}

/**
 * A change to the row `key`, for `handle.append`: what it does to the row is decided by the log's order, not by
 * what the writer saw.
 */
export function deltaItem<T extends keyof Deltas>(type: T, key: string, value: Deltas[T]): StateItem {
  return { type, key, value, headers: { operation: 'update' } }
}
