/** Milliseconds between two commits where nothing is painted. */
const FRAME = 16

/** A frame that does not come within this time (a hidden or throttled page) is not waited for. */
const LATEST = 100

/** Runs something once per frame. */
export interface Frames {
  /** `run` is called with the next frame; asking again before that changes nothing. */
  request(): void
  cancel(): void
}

type Host = {
  readonly requestAnimationFrame?: (run: () => void) => number
  readonly cancelAnimationFrame?: (id: number) => void
  readonly document?: Pick<Document, 'visibilityState'>
}

export function frames(run: () => void, host: Host = globalThis as Host): Frames {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame: number | undefined

  const cancel = () => {
    clearTimeout(timer)
    if (frame !== undefined) host.cancelAnimationFrame?.(frame)
    timer = undefined
    frame = undefined
  }

  const fire = () => {
    cancel()
    run()
  }

  return {
    request() {
      if (timer !== undefined) return
      const painted = host.requestAnimationFrame && host.document?.visibilityState === 'visible'
      timer = setTimeout(fire, painted ? LATEST : FRAME)
      if (painted) frame = host.requestAnimationFrame?.(fire)
    },
    cancel,
  }
}
