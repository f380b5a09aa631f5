import type { SseControl } from '@strandline/client/protocol'
import { wholeCharacters } from './characters.ts'
import { nextCursor } from './cursor.ts'
import { presence } from './lifetime.ts'
import type { Limits } from './limits.ts'
import { formatOffset } from './offset.ts'
import { modeOf } from './payload.ts'
import { encodeFrame, HEARTBEAT } from './sse.ts'
import type { StreamState } from './state.ts'
import type { Page, Store } from './stores/store.ts'

/** The outgoing side of one SSE answer. After `end` or `fail` nothing more is pushed. */
export interface Sink {
  /** Whether more may be pushed; once false, `drained` of the tail is called when it is true again. */
  readonly ready: boolean
  push(frame: Uint8Array): void
  end(): void
  fail(reason: string): void
}

/** What the sender of a live answer tells its source: that the reader is gone, that there is room again. */
export interface Feed {
  leave(): void
  resume(): void
}

/** One live reader. The channel moves `position` as it feeds it. */
export interface Tail {
  readonly incarnation: string
  readonly sink: Sink
  /** When the answer ends by itself (ms). */
  readonly deadline: number
  position: number
  cursor: number
  /** Whether the last frame said that it is up to date. */
  greeted: boolean
  /** Last time something was sent, and since when the sink has been full. */
  sentAt: number
  fullSince: number | undefined
}

/** What a person should hear of a live read that the relay had to end. */
export type TailNews = {
  readonly event: 'tail-cut'
  readonly path: string
  readonly reason: 'stalled' | 'failed'
}

export interface ChannelOptions {
  readonly store: Store
  readonly limits: Limits
  readonly now: () => number
  readonly report: (news: TailNews, error?: unknown) => void
}

/**
 * Feeds all SSE readers of one stream from the store, catch-up and live alike. A round reads and encodes
 * once for all readers that stand at one position; a reader that is full is left out until it has drained,
 * so what waits for it in memory is bounded by one frame beyond its buffer.
 */
export class Channel {
  readonly #path: string
  readonly #options: ChannelOptions
  readonly #tails = new Set<Tail>()
  readonly #unwatch: () => void
  #state: StreamState | undefined
  #again = false
  #running = false

  constructor(path: string, options: ChannelOptions) {
    this.#path = path
    this.#options = options
    this.#unwatch = options.store.watch(path, () => this.feed())
  }

  get size(): number {
    return this.#tails.size
  }

  add(tail: Tail): void {
    this.#tails.add(tail)
    this.feed()
  }

  remove(tail: Tail): boolean {
    return this.#tails.delete(tail)
  }

  /** The sink of `tail` has room again. */
  resume(tail: Tail): void {
    if (tail.fullSince === undefined) return
    tail.fullSince = undefined
    this.feed()
  }

  close(): void {
    this.#unwatch()
  }

  endAll(): void {
    for (const tail of [...this.#tails]) tail.sink.end()
  }

  /** Ends what is too old or has stalled, and breaks long silences. */
  tick(now: number): void {
    const { limits, report, store } = this.#options
    if (this.#state) store.touch(this.#path, this.#state, now)
    for (const tail of [...this.#tails]) {
      if (now >= tail.deadline) tail.sink.end()
      else if (tail.fullSince !== undefined && now - tail.fullSince >= limits.tailStall) {
        report({ event: 'tail-cut', path: this.#path, reason: 'stalled' })
        tail.sink.fail('the reader did not drain')
      } else if (tail.sink.ready && now - tail.sentAt >= limits.heartbeat) {
        tail.sink.push(HEARTBEAT)
        tail.sentAt = now
      }
    }
  }

  /** Brings every reader as far as it goes now. To be called whenever there may be something to send. */
  feed(): void {
    this.#again = true
    if (this.#running) return
    this.#running = true
    void this.#feed()
  }

  async #feed(): Promise<void> {
    try {
      while (this.#again && this.#tails.size > 0) {
        this.#again = false
        await this.#round()
      }
    } catch (error) {
      this.#options.report({ event: 'tail-cut', path: this.#path, reason: 'failed' }, error)
      for (const tail of [...this.#tails]) tail.sink.fail('the stream could not be read')
    } finally {
      this.#running = false
    }
    if (this.#again && this.#tails.size > 0) this.feed()
  }

  async #round(): Promise<void> {
    const { now, store } = this.#options
    const state = await store.head(this.#path)
    const here = presence(state, now()) === 'here'
    for (const tail of [...this.#tails]) {
      if (!here || state?.incarnation !== tail.incarnation) tail.sink.end()
    }
    this.#state = here ? state : undefined
    if (!state) return
    for (const group of this.#groups(state)) await this.#serve(state, group)
  }

  /** Readers with room that lack something, together when the same frame suits them. */
  #groups(state: StreamState): Tail[][] {
    const now = this.#options.now()
    const interval = nextCursor(null, now, () => 0)
    const groups = new Map<string, Tail[]>()
    for (const tail of this.#tails) {
      if (tail.greeted && tail.position === state.tail && !state.closure) continue
      if (!tail.sink.ready) {
        tail.fullSince ??= now
        continue
      }
      tail.cursor = Math.max(tail.cursor, interval)
      const key = `${tail.position} ${tail.cursor}`
      const group = groups.get(key)
      if (group) group.push(tail)
      else groups.set(key, [tail])
    }
    return [...groups.values()]
  }

  async #serve(state: StreamState, group: readonly Tail[]): Promise<void> {
    const first = group[0]
    if (!first) return
    const { now } = this.#options
    const page = await this.#page(state, first.position)
    const upToDate = (page.next === state.tail || page.held) && first.position <= state.tail
    const closed = upToDate && state.closure !== undefined
    const control: SseControl = {
      streamNextOffset: formatOffset(page.next),
      ...(!closed && { streamCursor: String(first.cursor) }),
      ...(upToDate && { upToDate: true }),
      ...(closed && { streamClosed: true }),
    }
    const frame = encodeFrame(modeOf(state.contentType), page.chunks, control)
    const sentAt = now()
    for (const tail of group) {
      if (!this.#tails.has(tail) || (tail.greeted && page.next === tail.position && !closed)) continue
      tail.position = page.next
      tail.greeted = upToDate
      tail.sentAt = sentAt
      tail.sink.push(frame)
      if (closed) tail.sink.end()
    }
    if (!upToDate) this.#again = true
  }

  /**
   * What the next frame carries. Events of a text stream are text each for itself, so an append that ends
   * within a character is held until the one with its rest is there.
   */
  async #page(state: StreamState, from: number): Promise<Page & { readonly held: boolean }> {
    const { limits, store } = this.#options
    for (let budget = limits.chunk; ; budget *= 2) {
      const page = await store.read(state, from, budget)
      if (!page) throw new Error(`no batch of ${this.#path} begins at ${from}`)
      const last = page.next === state.tail
      if (modeOf(state.contentType) !== 'text' || (last && state.closure)) return { ...page, held: false }
      const whole = wholeCharacters(page.chunks)
      const rest = page.chunks.slice(whole).reduce((size, chunk) => size + chunk.length, 0)
      if (whole > 0 || last) {
        return { chunks: page.chunks.slice(0, whole), next: page.next - rest, held: last && rest > 0 }
      }
    }
  }
}
