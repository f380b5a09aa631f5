import { z } from './zod.ts'

/** Absolute numbers: a replay, or an item read twice, adds nothing. */
export const tokens = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number().optional(),
  cacheWrite: z.number().optional(),
})

/** The session's account as of a run, written before the run's end. The one that arrived last is the meter's. */
export const usageRow = z.object({
  /** The run. */
  id: z.string(),
  /** Of this run. */
  tokens,
  /** Input and output of the session, up to and with this run. */
  total: z.number(),
  /** Tokens that the engine's context holds now. */
  context: z.number().optional(),
  /** Tokens that it can hold. */
  budget: z.number().optional(),
  /** Of this run. */
  costUsd: z.number().optional(),
  at: z.number(),
})

export type Tokens = z.output<typeof tokens>
export type Usage = z.output<typeof usageRow>
