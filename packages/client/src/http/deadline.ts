/** A signal that ends with `outer`, or when nothing was heard for `ms`. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Rejects when it ends by `outer` or by the silence: a `fetch` of the app's own may be deaf to its signal. */
  readonly ended: Promise<never>
  /** It ended because of the silence, not because of `outer`. */
  expired(): boolean
  /** Something was heard: the wait begins again, and lasts `ms` where that is given. */
  extend(ms?: number): void
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
  const ended = new Promise<never>((_, reject) => {
    const aborted = () => reject(controller.signal.reason)
    if (controller.signal.aborted) aborted()
    else controller.signal.addEventListener('abort', aborted, { once: true })
  })
  ended.catch(() => undefined)
  return {
    signal: controller.signal,
    ended,
    expired: () => expired,
    extend(again = ms) {
      clearTimeout(timer)
      if (!controller.signal.aborted) timer = setTimeout(expire, again)
    },
    end() {
      clearTimeout(timer)
      outer.removeEventListener('abort', stop)
    },
  }
}
