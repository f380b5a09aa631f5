import type { RunFailure, Tokens, ToolCallEnd } from '@strandline/chat'

/** Something that answers: opened once for a session and kept warm over many prompts. */
export interface Engine {
  /** For people: `demo`, `cli`. */
  readonly name: string
  readonly models: readonly string[]
  /** It works on files: a prompt has to name the folder, there is no default. */
  readonly needsWorkspace: boolean
  /** The cold start. Rejects with an `EngineError`; ends as soon as `signal` is aborted. */
  open(context: EngineContext, signal: AbortSignal): Promise<EngineSession>
}

/** What cannot be changed without opening the engine anew. */
export interface EngineContext {
  readonly session: string
  /** The folder to work in, and others it may use: absolute paths. */
  readonly workspace: string | undefined
  readonly dirs: readonly string[]
  /** It has answered in this session before: it is to go on from there. */
  readonly resumes: boolean
}

export interface Turn {
  readonly by: 'person' | 'agent'
  readonly name: string
  readonly text: string
}

export interface Prompt {
  readonly run: string
  readonly text: string
  /** What the asking person is called. */
  readonly name: string
  readonly model: string | undefined
  readonly mode: string | undefined
  /** On disk until the run ends. */
  readonly files: readonly { readonly name: string; readonly mime: string; readonly path: string }[]
  /** What was said before, in the order of the log. */
  readonly history: readonly Turn[]
}

/** One engine at work. One prompt at a time. */
export interface EngineSession {
  /**
   * Answers. The last event is `result` or `failure`; an iteration that ends otherwise, or throws, is a failure too.
   * Leaving the iteration early stops nothing.
   */
  prompt(prompt: Prompt): AsyncIterable<EngineEvent>
  /** The answer to an `ask` of the prompt in flight; unknown ids are ignored. */
  answer(question: string, allowed: boolean): void
  /** Asks for an early end of the prompt in flight. It may be deaf to it. */
  interrupt(): void
  /** False once it has ended by itself: it has to be opened anew. */
  readonly alive: boolean
  /** Ends it for good, at once and by force if need be; resolves when nothing of it is left. Idempotent. */
  close(): Promise<void>
}

/** What an engine says, in our words. `message`, `id` are keys of its own, unique within a run. */
export type EngineEvent =
  | { readonly type: 'text'; readonly message: string; readonly text: string }
  /** The whole text of a message; it counts, whatever the parts were. */
  | { readonly type: 'message'; readonly message: string; readonly text: string }
  | { readonly type: 'tool'; readonly id: string; readonly name: string; readonly input: unknown }
  | ({ readonly type: 'tool-end'; readonly id: string } & Omit<ToolCallEnd, 'endedAt'>)
  | {
      readonly type: 'ask'
      readonly id: string
      readonly tool?: string
      readonly title: string
      readonly detail?: string
    }
  | {
      readonly type: 'notice'
      readonly kind:
        | 'rate-limit'
        | 'hook-start'
        | 'hook-end'
        | 'hook-message'
        | 'compaction'
        | 'info'
        | 'warning'
      readonly source: string
      readonly text: string
      readonly trigger?: string
      readonly tokensBefore?: number
    }
  /** Of the prompt in flight so far: absolute numbers. */
  | { readonly type: 'usage'; readonly tokens: Tokens; readonly context?: number; readonly budget?: number }
  | {
      readonly type: 'result'
      readonly durationMs?: number
      readonly apiMs?: number
      readonly costUsd?: number
      readonly tokens?: Tokens
    }
  | { readonly type: 'failure'; readonly error: RunFailure }
  /** Something that it does not have to be understood for; counted. */
  | { readonly type: 'unknown'; readonly what: string }

/** Why an engine did not open or go on: shown to people as it is. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

export function failureOf(thrown: unknown): RunFailure {
  if (thrown instanceof EngineError) {
    const { code, message, hint } = thrown
    return { code, message, ...(hint !== undefined && { hint }) }
  }
  return { code: 'engine', message: thrown instanceof Error ? thrown.message : String(thrown) }
}
