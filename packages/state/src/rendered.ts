/** Milliseconds that rendering gets where the host does not say when it is done: two frames. */
const TWO_FRAMES = 32

/** Milliseconds after which a page that is never idle is not waited for. */
const LATEST = 100

/**
 * Resolves when the page has nothing more urgent to do, which is when what it knows is on screen; at once where nobody
 * looks. Ends with `signal`.
 */
export function rendered(signal: AbortSignal): Promise<void> {
  if (signal.aborted || globalThis.document?.visibilityState === 'hidden') return Promise.resolve()
  return new Promise((resolve) => {
    const idle = globalThis.requestIdleCallback?.(end, { timeout: LATEST })
    const timer = idle === undefined ? setTimeout(end, TWO_FRAMES) : undefined
    signal.addEventListener('abort', end)

    function end(): void {
      if (idle !== undefined) cancelIdleCallback(idle)
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
