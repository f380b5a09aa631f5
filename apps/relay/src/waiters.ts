import { Channel, type ChannelOptions, type Feed, type Tail } from './channel.ts'
import { deny } from './refusal.ts'

const TICK_MS = 1000

/** Everybody who waits for news: SSE tails, one channel per stream, and long-polls. */
export class Waiters {
  readonly #options: ChannelOptions
  readonly #channels = new Map<string, Channel>()
  readonly #polls = new Map<string, Set<AbortController>>()
  #count = 0
  #closed = false
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(options: ChannelOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#count
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Throws the refusal when one more reader of `path` is too many. */
  admit(path: string): void {
    const { limits } = this.#options
    const here = (this.#channels.get(path)?.size ?? 0) + (this.#polls.get(path)?.size ?? 0)
    if (this.#count >= limits.tails || here >= limits.tailsPerStream) {
      deny('too-many-tails', 'too many live readers', {
        'Retry-After': String(Math.max(1, Math.ceil(limits.retryAfter / 1000))),
      })
    }
  }

  /**
   * Feeds `tail` until it leaves, which it may do any number of times. `resume` is to be called when its
   * sink has room again.
   */
  join(path: string, tail: Tail): Feed {
    const channel = this.#channels.get(path) ?? new Channel(path, this.#options)
    this.#channels.set(path, channel)
    channel.add(tail)
    this.#enter()
    const leave = () => {
      if (!channel.remove(tail)) return
      if (channel.size === 0 && this.#channels.get(path) === channel) {
        this.#channels.delete(path)
        channel.close()
      }
      this.#leave()
    }
    return { leave, resume: () => channel.resume(tail) }
  }

  /** Resolves at the next commit at `path`, after `ms`, or when `signal` or the relay ends. */
  async news(path: string, ms: number, signal: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const end = () => ending.abort()
    const polls = this.#polls.get(path) ?? new Set()
    this.#polls.set(path, polls)
    polls.add(ending)
    this.#enter()
    const timer = setTimeout(end, ms)
    const unwatch = this.#options.store.watch(path, end)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    try {
      if (!ending.signal.aborted) {
        await new Promise((resolve) => ending.signal.addEventListener('abort', resolve))
      }
    } finally {
      clearTimeout(timer)
      unwatch()
      signal.removeEventListener('abort', end)
      polls.delete(ending)
      if (polls.size === 0) this.#polls.delete(path)
      this.#leave()
    }
  }

  /** Ends every wait, SSE answers at a frame edge. */
  close(): void {
    this.#closed = true
    for (const channel of [...this.#channels.values()]) channel.endAll()
    for (const polls of [...this.#polls.values()]) for (const poll of [...polls]) poll.abort()
  }

  #enter(): void {
    this.#count++
    this.#timer ??= setInterval(() => {
      const now = this.#options.now()
      for (const channel of [...this.#channels.values()]) channel.tick(now)
    }, TICK_MS)
  }

  #leave(): void {
    this.#count--
    if (this.#count > 0 || this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
