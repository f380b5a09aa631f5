import { z } from './zod.ts'

/** A line between messages that nobody said. */
export const noticeRow = z.object({
  id: z.string(),
  run: z.string().optional(),
  kind: z.enum(['rate-limit', 'hook-start', 'hook-end', 'hook-message', 'compaction', 'info', 'warning']),
  /** Where it comes from: the name of a hook, `engine`, `agent`. */
  source: z.string(),
  text: z.string(),
  at: z.number(),
  /** Of a compaction: what started it. */
  trigger: z.string().optional(),
  /** Of a compaction: the tokens there were before. */
  tokensBefore: z.number().optional(),
})

export type Notice = z.output<typeof noticeRow>
