import type { Passing } from './match.ts'
import { type Undone, untilUndone } from './undone.ts'

/** What a broken connection looks like to `fetch`. */
export function brokenOff(): TypeError {
  return new TypeError('the connection broke')
}

/** One request and its answer, until the last byte or the break. */
export interface Connection {
  readonly passing: Passing
  /** Ends when the client leaves or the connection breaks; its reason is what `fetch` rejects with. */
  readonly signal: AbortSignal
  /** A live read that has all there is, and waits for more. */
  resting: boolean
  /** Breaks it from outside. */
  break(): void
  /** Ends its body where that is now, in good order; undefined until there is one. */
  close?: () => void
  /** Frees what it holds. `whole`: the answer came through to its end. */
  end(whole: boolean): void
}

/** Rejects when `signal` ends, with its reason. Never settles otherwise. */
export function ending(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  ended.catch(() => undefined)
  return ended
}

export interface CarryOptions {
  /** How much of the next bytes may pass; undefined: all. */
  readonly cut: (bytes: number) => { readonly room: number; readonly happened: () => void } | undefined
  /** Bytes of the largest piece in which it arrives. */
  readonly piece: number
  /** Headers came through, nothing else does before this is over. */
  readonly muted: Undone | undefined
  /** The client of a live read has read all that came. */
  readonly rested: () => void
}

/**
 * A body as the connection carries it: breaks off with the connection, and where it is cut. Nothing is read ahead,
 * so what waits to be read rests where the client left it.
 */
export function carry(
  body: ReadableStream<Uint8Array>,
  connection: Connection,
  { cut, muted, piece, rested }: CarryOptions,
): ReadableStream<Uint8Array> {
  const { passing, signal } = connection
  const reader = inPieces(body.getReader(), piece)
  const broken = ending(signal)
  let isCut = false
  const stop = () => void reader.cancel().catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  connection.close = stop

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // A client that leaves while nothing is asked for has to hear of it too.
        broken.catch((reason: unknown) => controller.error(reason))
      },
      async pull(controller) {
        if (isCut) return connection.break()
        if (muted) await untilUndone(muted, broken)
        connection.resting = passing.record.live !== undefined && !reader.more()
        if (connection.resting) rested()
        const { done, value } = await Promise.race([reader.read(), broken])
        connection.resting = false
        if (done) {
          connection.end(true)
          return controller.close()
        }
        const edge = cut(value.byteLength)
        const part = edge ? value.subarray(0, edge.room) : value
        passing.record.bytes += part.byteLength
        if (part.byteLength > 0) controller.enqueue(part)
        if (!edge) return
        // Breaking now would take back what the client was given and has not read.
        isCut = true
        edge.happened()
        if (part.byteLength === 0) connection.break()
      },
      cancel() {
        connection.end(false)
        return reader.cancel()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Hands on what `reader` reads, `piece` bytes at a time; `more` says whether there is a rest of what was read. */
function inPieces(reader: ReadableStreamDefaultReader<Uint8Array>, piece: number) {
  let rest: Uint8Array = new Uint8Array()
  return {
    more: () => rest.byteLength > 0,
    cancel: (reason?: unknown) => reader.cancel(reason),
    async read(): Promise<Awaited<ReturnType<typeof reader.read>>> {
      if (rest.byteLength === 0) {
        const { done, value } = await reader.read()
        if (done) return { done, value }
        rest = value
      }
      const value = rest.subarray(0, piece)
      rest = rest.subarray(piece)
      return { done: false, value }
    },
  }
}
