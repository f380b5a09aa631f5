import { z } from './zod.ts'

/**
 * Somebody wants a run stopped. Takes effect if the run has not ended when its agent reads this, and then cancels
 * every prompt that stands before it in the log and has not begun.
 */
export const abortRow = z.object({
  id: z.string(),
  /** The run, which is the id of its prompt; that of a prompt which has not begun counts too. */
  run: z.string(),
  by: z.string(),
  at: z.number(),
})

export type Abort = z.output<typeof abortRow>
