/** Milliseconds between two commits of a page that is not painted; where there are no frames at all, none is waited for. */
const FRAME = 16

/** A frame that does not come within this time (a hidden or throttled page) is not waited for. */
const LATEST = 100

/** Runs something once per frame. */
export interface Frames {
  /**
   * `run` is called: at once where that ended a frame ago or more, so that what it does is done when the next frame
   * begins; else, or where `more` is to come, with that frame, and asking again before it changes nothing.
   */
  request(more?: boolean): void
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
  let ran = 0

  const cancel = () => {
    clearTimeout(timer)
    if (frame !== undefined) host.cancelAnimationFrame?.(frame)
    timer = undefined
    frame = undefined
  }

  const fire = () => {
    cancel()
    ran = Date.now()
    run()
    ran = Date.now()
  }

  return {
    request(more) {
      if (timer !== undefined) return
      if (!more && Date.now() - ran > FRAME) return fire()
      const next = host.requestAnimationFrame
      const painted = next && host.document?.visibilityState === 'visible'
      timer = setTimeout(fire, painted ? LATEST : next ? FRAME : 0)
      if (painted) frame = next(fire)
    },
    cancel,
  }
}
