import { type InferOutput, number, object, optional, picklist, string } from 'valibot'

/** A line between messages that nobody said. */
export const noticeRow = object({
  id: string(),
  run: optional(string()),
  kind: picklist(['rate-limit', 'hook-start', 'hook-end', 'hook-message', 'compaction', 'info', 'warning']),
  /** Where it comes from: the name of a hook, `engine`, `agent`. */
  source: string(),
  text: string(),
  at: number(),
  /** Of a compaction: what started it. */
  trigger: optional(string()),
  /** Of a compaction: the tokens there were before. */
  tokensBefore: optional(number()),
})

export type Notice = InferOutput<typeof noticeRow>
