import { type InferOutput, object, optional, string } from 'valibot'
import { amount, moment } from './numbers.ts'

/** Absolute numbers: a replay, or an item read twice, adds nothing. */
export const tokens = object({
  input: amount,
  output: amount,
  cacheRead: optional(amount),
  cacheWrite: optional(amount),
})

/** The session's account as of a run, written before the run's end. The one that arrived last is the meter's. */
export const usageRow = object({
  /** The run. */
  id: string(),
  /** Of this run. */
  tokens,
  /** Input and output of the session, up to and with this run. */
  total: amount,
  /** Tokens that the engine's context holds now. */
  context: optional(amount),
  /** Tokens that it can hold. */
  budget: optional(amount),
  /** Of this run. */
  costUsd: optional(amount),
  at: moment,
})

export type Tokens = InferOutput<typeof tokens>
export type Usage = InferOutput<typeof usageRow>
