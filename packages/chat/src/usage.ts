import { type InferOutput, number, object, optional, string } from 'valibot'

/** Absolute numbers: a replay, or an item read twice, adds nothing. */
export const tokens = object({
  input: number(),
  output: number(),
  cacheRead: optional(number()),
  cacheWrite: optional(number()),
})

/** The session's account as of a run, written before the run's end. The one that arrived last is the meter's. */
export const usageRow = object({
  /** The run. */
  id: string(),
  /** Of this run. */
  tokens,
  /** Input and output of the session, up to and with this run. */
  total: number(),
  /** Tokens that the engine's context holds now. */
  context: optional(number()),
  /** Tokens that it can hold. */
  budget: optional(number()),
  /** Of this run. */
  costUsd: optional(number()),
  at: number(),
})

export type Tokens = InferOutput<typeof tokens>
export type Usage = InferOutput<typeof usageRow>
