import { tokens } from './usage.ts'
import { z } from './zod.ts'

const runFailure = z.object({
  /** For programs: `engine`, `not-installed`, `no-workspace`, `attachment`, `unknown-workspace`, ... */
  code: z.string(),
  message: z.string(),
  /** What a person may do about it. */
  hint: z.string().optional(),
})

const common = {
  /** The id of the prompt: a prompt has one run. */
  id: z.string(),
  agent: z.string(),
  /** Which start of the agent it belongs to. */
  epoch: z.number(),
  at: z.number(),
  model: z.string().optional(),
}

const ended = {
  endedAt: z.number(),
  /** Milliseconds, from start to end. */
  durationMs: z.number().optional(),
  /** Milliseconds spent waiting for the model. */
  apiMs: z.number().optional(),
  costUsd: z.number().optional(),
  usage: tokens.optional(),
  error: runFailure.optional(),
  /** Who aborted it. */
  by: z.string().optional(),
}

const open = {
  /** The lease: while the run is open it counts as alive until then (ms, by the agent's clock). */
  until: z.number(),
}

/**
 * The answer of an agent to one prompt. It begins once (the first insert counts) and ends once: the end that is
 * first in the log stays, whoever wrote it.
 */
export const runRow = z.discriminatedUnion('state', [
  /** The engine is being opened; seen where a session's engine is cold. */
  z.object({ ...common, ...open, state: z.literal('starting') }),
  z.object({ ...common, ...open, state: z.literal('running') }),
  /** Something is asked of a person: see the approvals. */
  z.object({ ...common, ...open, state: z.literal('waiting') }),
  z.object({ ...common, ...ended, state: z.literal('finished') }),
  z.object({ ...common, ...ended, state: z.literal('failed') }),
  /** Stopped by a person, or cancelled before it began. */
  z.object({ ...common, ...ended, state: z.literal('aborted') }),
  /** Its agent died; said by the next one. */
  z.object({ ...common, ...ended, state: z.literal('interrupted') }),
])

export const runStep = z.object({ state: z.enum(['starting', 'running', 'waiting']), until: z.number() })
export const runLease = z.object({ until: z.number() })
export const runEnd = z.object({
  state: z.enum(['finished', 'failed', 'aborted', 'interrupted']),
  ...ended,
})

export type RunFailure = z.output<typeof runFailure>
export type Run = z.output<typeof runRow>
export type RunStep = z.output<typeof runStep>
export type RunLease = z.output<typeof runLease>
export type RunEnd = z.output<typeof runEnd>
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
