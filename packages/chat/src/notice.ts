import { type InferOutput, object, optional, picklist, string } from 'valibot'
import { amount, moment } from './numbers.ts'

/** A line between messages that nobody said. */
export const noticeRow = object({
  id: string(),
  run: optional(string()),
  kind: picklist(['rate-limit', 'hook-start', 'hook-end', 'hook-message', 'compaction', 'info', 'warning']),
  /** Where it comes from: the name of a hook, `engine`, `agent`. */
  source: string(),
  text: string(),
  at: moment,
  /** Of a compaction: what started it. */
  trigger: optional(string()),
  /** Of a compaction: the tokens there were before. */
  tokensBefore: optional(amount),
})

export type Notice = InferOutput<typeof noticeRow>
