import { type InferOutput, literal, object, optional, picklist, string, variant } from 'valibot'
import { amount, moment } from './numbers.ts'
import { tokens } from './usage.ts'

const runFailure = object({
  /** For programs: `engine`, `not-installed`, `no-workspace`, `attachment`, `unknown-workspace`, ... */
  code: string(),
  message: string(),
  /** What a person may do about it. */
  hint: optional(string()),
})

const common = {
  /** The id of the prompt: a prompt has one run. */
  id: string(),
  agent: string(),
  /** Which start of the agent it belongs to. */
  epoch: amount,
  at: moment,
  model: optional(string()),
}

const ended = {
  endedAt: amount,
  /** Milliseconds, from start to end. */
  durationMs: optional(amount),
  /** Milliseconds spent waiting for the model. */
  apiMs: optional(amount),
  costUsd: optional(amount),
  usage: optional(tokens),
  error: optional(runFailure),
  /** Who aborted it. */
  by: optional(string()),
}

const open = {
  /** The lease: while the run is open it counts as alive until then (ms, by the agent's clock). */
  until: amount,
}

/**
 * The answer of an agent to one prompt. It begins once (the first insert counts) and ends once: the end that is
 * first in the log stays, whoever wrote it.
 */
export const runRow = variant('state', [
  /** The engine is being opened; seen where a session's engine is cold. */
  object({ ...common, ...open, state: literal('starting') }),
  object({ ...common, ...open, state: literal('running') }),
  /** Something is asked of a person: see the approvals. */
  object({ ...common, ...open, state: literal('waiting') }),
  object({ ...common, ...ended, state: literal('finished') }),
  object({ ...common, ...ended, state: literal('failed') }),
  /** Stopped by a person, or cancelled before it began. */
  object({ ...common, ...ended, state: literal('aborted') }),
  /** Its agent died; said by the next one. */
  object({ ...common, ...ended, state: literal('interrupted') }),
])

export const runStep = object({ state: picklist(['starting', 'running', 'waiting']), until: amount })
export const runLease = object({ until: amount })
export const runEnd = object({
  state: picklist(['finished', 'failed', 'aborted', 'interrupted']),
  ...ended,
})

export type RunFailure = InferOutput<typeof runFailure>
export type Run = InferOutput<typeof runRow>
export type RunStep = InferOutput<typeof runStep>
export type RunLease = InferOutput<typeof runLease>
export type RunEnd = InferOutput<typeof runEnd>
export type OpenRun = Extract<Run, { readonly until: number }>
export type EndedRun = Exclude<Run, OpenRun>

export function isOpen(run: Run): run is OpenRun {
  return run.state === 'starting' || run.state === 'running' || run.state === 'waiting'
}

/** Open, and nobody answers for it any more: the composer is free, and any tab may end it. */
export function isStalled(run: Run, now: number): boolean {
  return isOpen(run) && run.until <= now
}

export function stepRun(run: Run, { state, until }: RunStep): Run {
  return isOpen(run) ? { ...run, state, until: Math.max(run.until, until) } : run
}

export function renewRun(run: Run, { until }: RunLease): Run {
  return isOpen(run) && until > run.until ? { ...run, until } : run
}

export function endRun(run: Run, end: RunEnd): Run {
  if (!isOpen(run)) return run
  const { until: _, ...rest } = run
  return { ...rest, ...end }
}
