/** A signal that ends with `outer`, or when nothing was heard for `ms`. */
export interface Deadline {
  readonly signal: AbortSignal
  /** It ended because of the silence, not because of `outer`. */
  expired(): boolean
  /** Something was heard: the wait begins again. */
  extend(): void
  /** Frees the timer and the listener. Idempotent. */
  end(): void
}

export function deadline(outer: AbortSignal, ms: number): Deadline {
  const controller = new AbortController()
  let expired = false
  const stop = () => controller.abort()
  const expire = () => {
    expired = true
    controller.abort()
  }
  let timer = setTimeout(expire, ms)
  if (outer.aborted) controller.abort()
  else outer.addEventListener('abort', stop, { once: true })
  return {
    signal: controller.signal,
    expired: () => expired,
    extend() {
      clearTimeout(timer)
      if (!controller.signal.aborted) timer = setTimeout(expire, ms)
    },
    end() {
      clearTimeout(timer)
      outer.removeEventListener('abort', stop)
    },
  }
}
