import { z } from './zod.ts'

const question = {
  id: z.string(),
  run: z.string(),
  /** The call that waits for the answer. */
  toolCall: z.string().optional(),
  title: z.string(),
  detail: z.string().optional(),
  at: z.number(),
}

const verdict = {
  /** `cancelled` is said by agents: the run has ended, and nobody had answered. */
  state: z.enum(['allowed', 'denied', 'cancelled']),
  by: z.string(),
  decidedAt: z.number(),
}

/** A question that an engine puts to people, from any tab. */
export const approvalRow = z.discriminatedUnion('state', [
  z.object({ ...question, state: z.literal('asked') }),
  z.object({ ...question, ...verdict }),
])

export const decision = z.object(verdict)

export type Approval = z.output<typeof approvalRow>
export type Decision = z.output<typeof decision>

/** Whoever is first in the log has answered. */
export function decide(approval: Approval, answer: Decision): Approval {
  return approval.state === 'asked' ? { ...approval, ...answer } : approval
}
