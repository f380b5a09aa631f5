import type { Clock } from './clock.ts'
import type { Engine, EngineContext, EngineSession } from './engine/engine.ts'

/** The one engine of a session: opened with its first prompt, kept for the next ones, closed when idle. */
export interface WarmEngine {
  /** A prompt in this context would not have to wait for a start. */
  isWarm(context: EngineContext): boolean
  /** Opens it where need be. Rejects as the engine does, or when `signal` is aborted. */
  get(context: EngineContext, signal: AbortSignal): Promise<EngineSession>
  /** Nothing is to be done: it is closed after the idle time. */
  rest(): void
  /** Ends it at once. */
  drop(): Promise<void>
}

/** `idleMs` 0: it is never closed for being idle. */
export function warmEngine(engine: Engine, clock: Clock, idleMs: number): WarmEngine {
  let open: { readonly session: EngineSession; readonly context: EngineContext } | undefined
  let cancelIdle: (() => void) | undefined
  let closing: Promise<void> = Promise.resolve()

  const isWarm = (context: EngineContext) => open?.session.alive === true && fits(open.context, context)

  const busy = () => {
    cancelIdle?.()
    cancelIdle = undefined
  }

  const drop = () => {
    busy()
    const ending = open
    open = undefined
    if (ending) closing = closing.then(() => ending.session.close())
    return closing
  }

  return {
    isWarm,
    async get(context, signal) {
      busy()
      if (open && isWarm(context)) return open.session
      await drop()
      signal.throwIfAborted()
      const session = await engine.open(context, signal)
      open = { session, context }
      if (signal.aborted) await drop()
      signal.throwIfAborted()
      return session
    },
    rest() {
      if (open && idleMs > 0) cancelIdle ??= clock.after(idleMs, () => void drop())
    },
    drop,
  }
}

/** Whether an engine that was opened in one context can go on in another. */
function fits(a: EngineContext, b: EngineContext): boolean {
  return a.workspace === b.workspace && a.dirs.join('\n') === b.dirs.join('\n')
}
