import { type InferOutput, literal, object, optional, picklist, string, variant } from 'valibot'
import { moment } from './numbers.ts'

const question = {
  id: string(),
  run: string(),
  /** The call that waits for the answer. */
  toolCall: optional(string()),
  title: string(),
  detail: optional(string()),
  at: moment,
}

const verdict = {
  /** `cancelled` is said by agents: the run has ended, and nobody had answered. */
  state: picklist(['allowed', 'denied', 'cancelled']),
  by: string(),
  decidedAt: moment,
}

/** A question that an engine puts to people, from any tab. */
export const approvalRow = variant('state', [
  object({ ...question, state: literal('asked') }),
  object({ ...question, ...verdict }),
])

export const decision = object(verdict)

export type Approval = InferOutput<typeof approvalRow>
export type Decision = InferOutput<typeof decision>

/** Whoever is first in the log has answered. */
export function decide(approval: Approval, answer: Decision): Approval {
  return approval.state === 'asked' ? { ...approval, ...answer } : approval
}
