import { type InferOutput, literal, object, optional, picklist, string, unknown, variant } from 'valibot'
import { amount, moment } from './numbers.ts'

const call = {
  id: string(),
  run: string(),
  name: string(),
  /** As the engine gave it: any JSON, or nothing. */
  input: optional(unknown()),
  at: moment,
}

const outcome = {
  state: picklist(['done', 'failed', 'denied', 'cancelled']),
  output: optional(string()),
  endedAt: amount,
}

/** What an engine did on its way to an answer. */
export const toolCallRow = variant('state', [
  object({ ...call, state: literal('running') }),
  object({ ...call, ...outcome }),
])

export const toolCallEnd = object(outcome)

export type ToolCall = InferOutput<typeof toolCallRow>
export type ToolCallEnd = InferOutput<typeof toolCallEnd>

/** The first end stays. */
export function endToolCall(call: ToolCall, end: ToolCallEnd): ToolCall {
  return call.state === 'running' ? { ...call, ...end } : call
}
