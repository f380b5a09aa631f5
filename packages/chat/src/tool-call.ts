import { z } from './zod.ts'

const call = {
  id: z.string(),
  run: z.string(),
  name: z.string(),
  /** As the engine gave it: any JSON. */
  input: z.unknown(),
  at: z.number(),
}

const outcome = {
  state: z.enum(['done', 'failed', 'denied', 'cancelled']),
  output: z.string().optional(),
  endedAt: z.number(),
}

/** What an engine did on its way to an answer. */
export const toolCallRow = z.discriminatedUnion('state', [
  z.object({ ...call, state: z.literal('running') }),
  z.object({ ...call, ...outcome }),
])

export const toolCallEnd = z.object(outcome)

export type ToolCall = z.output<typeof toolCallRow>
export type ToolCallEnd = z.output<typeof toolCallEnd>

/** The first end stays. */
export function endToolCall(call: ToolCall, end: ToolCallEnd): ToolCall {
  return call.state === 'running' ? { ...call, ...end } : call
}
