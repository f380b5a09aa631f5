import { type InferOutput, object, string } from 'valibot'
import { moment } from './numbers.ts'

/**
 * Somebody wants a run stopped. Takes effect if the run has not ended when its agent reads this, and then cancels
 * every prompt that stands before it in the log and has not begun.
 */
export const abortRow = object({
  id: string(),
  /** The run, which is the id of its prompt; that of a prompt which has not begun counts too. */
  run: string(),
  by: string(),
  at: moment,
})

export type Abort = InferOutput<typeof abortRow>
