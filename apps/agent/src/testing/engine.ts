import type { Engine, EngineContext, EngineEvent, EngineSession, Prompt } from '../engine/engine.ts'

/** An engine that says what the test tells it to. */
export interface PuppetEngine extends Engine {
  readonly opened: readonly EngineContext[]
  readonly prompts: readonly Prompt[]
  readonly answers: readonly (readonly [string, boolean])[]
  /** Calls of `interrupt` and `close`. */
  readonly interrupts: number
  readonly closes: number
  /** What the prompt in flight says next. */
  say(...events: readonly EngineEvent[]): void
  /** The prompt in flight ends without a result, or throws. */
  end(error?: Error): void
  /** What happens when it is opened; default: nothing special. */
  onOpen: (signal: AbortSignal) => Promise<void> | void
  /** What it does when it is asked to stop; default: a result, as a polite one. */
  onInterrupt: () => void
}

export const RESULT: EngineEvent = { type: 'result' }

export function puppetEngine(more: Partial<Engine> = {}): PuppetEngine {
  const opened: EngineContext[] = []
  const prompts: Prompt[] = []
  const answers: [string, boolean][] = []
  let queue: (EngineEvent | Error | 'end')[] = []
  let wake: (() => void) | undefined
  let interrupts = 0
  let closes = 0

  const push = (...events: (EngineEvent | Error | 'end')[]) => {
    queue.push(...events)
    wake?.()
  }

  const session = (): EngineSession => {
    let alive = true
    return {
      async *prompt(asked) {
        queue = []
        prompts.push(asked)
        for (;;) {
          const event = queue.shift()
          if (event === 'end') return
          if (event instanceof Error) throw event
          if (event) yield event
          else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
      },
      answer: (id, allowed) => void answers.push([id, allowed]),
      interrupt() {
        interrupts += 1
        engine.onInterrupt()
      },
      get alive() {
        return alive
      },
      async close() {
        if (alive) closes += 1
        alive = false
      },
    }
  }

  const engine: PuppetEngine = {
    name: 'puppet',
    models: [],
    needsWorkspace: false,
    ...more,
    opened,
    prompts,
    answers,
    get interrupts() {
      return interrupts
    },
    get closes() {
      return closes
    },
    say: push,
    end: (error) => push(error ?? 'end'),
    onOpen: () => undefined,
    onInterrupt: () => push(RESULT),
    async open(context, signal) {
      opened.push(context)
      await engine.onOpen(signal)
      return session()
    },
  }
  return engine
}
