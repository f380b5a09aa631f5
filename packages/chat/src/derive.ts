import type { StateItem } from '@strandline/client'
import type { Abort } from './abort.ts'
import { deltaItem, rowItem } from './items.ts'
import type { Message } from './message.ts'
import { isOpen, isStalled, type Run } from './run.ts'

type Runs = Pick<ReadonlyMap<string, Run>, 'get'>

/** Said by a person: in a session with an agent, a prompt. */
export function isPrompt(message: Message): boolean {
  return message.run === undefined
}

/** The prompts that no run has answered or taken on, in the order of the log: what the agent will do next. */
export function waitingPrompts<T extends Message>(messages: Iterable<T>, runs: Runs): readonly T[] {
  return [...messages].filter((message) => isPrompt(message) && !runs.get(message.id))
}

/** An answer is being given: the only thing that makes a session busy. */
export function isBusy(runs: Iterable<Run>, now: number): boolean {
  for (const run of runs) if (isOpen(run) && !isStalled(run, now)) return true
  return false
}

export interface Stop {
  readonly abort: Abort
  /** The run that is named, as it is seen. */
  readonly run: Run | undefined
  /** Prompts that wait, as they are seen. */
  readonly waiting: readonly Message[]
}

/**
 * What a tab appends, as one write, to stop a run and the queue behind it. Where an agent answers for the run, that
 * is the wish alone and the agent writes the end. Where none does, the tab writes the ends itself.
 */
export function stopItems({ abort, run, waiting }: Stop, now: number): readonly StateItem[] {
  const wish = rowItem('abort', abort)
  if (run && isOpen(run) && !isStalled(run, now)) return [wish]
  const { by } = abort
  const end = run && isOpen(run) ? [deltaItem('run.end', run.id, { state: 'aborted', endedAt: now, by })] : []
  return [wish, ...end, ...waiting.map((prompt) => rowItem('run', cancelledRun(prompt, abort)))]
}

/** The run of a prompt that was cancelled before it began. */
export function cancelledRun(
  { id }: Message,
  { by, at }: Abort,
  { agent, epoch }: { readonly agent: string; readonly epoch: number } = { agent: '', epoch: 0 },
): Run {
  return { id, agent, epoch, at, state: 'aborted', endedAt: at, by }
}
