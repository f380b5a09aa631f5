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
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
  })
  ended.catch(() => undefined)
  const stop = () => controller.abort()
  const expire = () => {
    expired = true
    stop()
  }
  let timer = setTimeout(expire, ms)
  if (outer.aborted) stop()
  else outer.addEventListener('abort', stop)
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
