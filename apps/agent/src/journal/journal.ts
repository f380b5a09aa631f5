import type { StateItem } from '@strandline/client'
import { type Clock, pause } from '../clock.ts'
import { judge, type Verdict } from './judge.ts'
import { mergeDeltas } from './merge.ts'
import { send, type Target } from './send.ts'

/** Milliseconds for which items that nobody waits for are gathered. */
export const LINGER_MS = 40

/** UTF-16 units of one append; a single item may exceed it. */
const BATCH_SIZE = 256 * 1024

/** Units that may wait before `room` holds a writer back. */
const ROOM = 1024 * 1024

const RETRY = { first: 100, longest: 10_000 }

export type JournalErrorCode =
  /** Another agent of the same name has taken the stream over. */
  | 'fenced'
  /** The stream is deleted, closed, or in another life. */
  | 'gone'
  /** The relay will not take these items, however often they are sent; later ones may go through. */
  | 'refused'
  | 'closed'

export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly code: JournalErrorCode

  constructor(code: JournalErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The agent's pen in one stream: items reach the log in the order they were written, each once for every reader,
 * and none after another agent of the same name has begun to write. Retries until it is closed.
 */
export interface Journal {
  /** Sent within `LINGER_MS`, together with what else waits. Nothing happens once the journal has ended. */
  write(...items: readonly StateItem[]): void
  /**
   * Sends at once what waits, then these in one append of their own: all or nothing. Resolves with their `txid`
   * when the relay has them; rejects with a `JournalError`. Without items: when the relay has what was written.
   */
  commit(...items: readonly StateItem[]): Promise<string>
  /** Resolves when there is room for more, or the journal has ended. */
  room(): Promise<void>
  /** The producer epoch it writes under; a reader sees it in runs. Final after the first commit. */
  readonly epoch: number
  /** Why it has ended, if it has. */
  readonly ended: JournalError | undefined
  /** Items that have not been taken yet are dropped. */
  close(): void
}

export interface JournalOptions extends Target {
  readonly producer: string
  readonly clock: Clock
  readonly uuid: () => string
  readonly random: () => number
  /** Hears of each try that failed. */
  readonly report?: (event: string, fields: Readonly<Record<string, unknown>>) => void
  readonly onEnd?: (error: JournalError) => void
}

interface Write {
  readonly items: readonly StateItem[]
  readonly size: number
  readonly settle?: { resolve(txid: string): void; reject(error: JournalError): void }
}

export function openJournal(options: JournalOptions): Journal {
  const { clock, producer, report = () => undefined } = options
  const life = new AbortController()
  let queue: Write[] = []
  let waiting = 0
  let roomy: (() => void)[] = []
  let ended: JournalError | undefined
  let sender = { epoch: 0, seq: 0, claimed: false }
  let incarnation: string | undefined
  let linger: (() => void) | undefined
  let pumping = false
  /** What nobody waits for has lingered long enough. */
  let due = false

  const end = (error: JournalError) => {
    if (ended) return
    ended = error
    linger?.()
    life.abort()
    for (const { settle } of queue.splice(0)) settle?.reject(error)
    freeRoom(true)
    options.onEnd?.(error)
  }

  const freeRoom = (all = false) => {
    if (!all && waiting >= ROOM) return
    for (const resolve of roomy.splice(0)) resolve()
  }

  /** What goes into the next append: a commit alone, or writes up to the limit. */
  const take = (): Write[] => {
    const [first] = queue
    if (!first || first.settle) return queue.splice(0, 1)
    let size = 0
    const end = queue.findIndex(({ settle, size: own }, n) => {
      size += own
      return n > 0 && (settle !== undefined || size > BATCH_SIZE)
    })
    return queue.splice(0, end < 0 ? queue.length : end)
  }

  /** Resolves with the `txid` of the items when the relay has them. */
  const deliver = async (writes: readonly Write[]): Promise<string> => {
    const items = mergeDeltas(writes.flatMap((write) => write.items))
    const txid = options.uuid()
    if (items.length === 0) return txid
    const body = freeze(items, txid)
    for (let attempt = 1; ; attempt++) {
      const tag = { id: producer, epoch: sender.epoch, seq: sender.seq }
      const heard = await send(options, { tag, body, incarnation }, life.signal).catch(lost)
      if (ended) throw ended
      const verdict = 'kind' in heard ? heard : judge(sender, heard)
      switch (verdict.kind) {
        case 'taken':
          if ('incarnation' in heard) incarnation = heard.incarnation
          sender = { ...sender, seq: sender.seq + 1, claimed: true }
          return txid
        case 'raise':
          sender = { epoch: verdict.epoch, seq: 0, claimed: false }
          continue
        case 'again':
          report('append-delayed', { url: options.url, attempt, why: verdict.why })
          await pause(clock, verdict.retryAfter ?? backoff(attempt, options.random()), life.signal)
          if (ended) throw ended
          continue
        case 'fenced':
          throw new JournalError('fenced', `epoch ${verdict.epoch} has taken ${options.url} over`)
        case 'gone':
          throw new JournalError('gone', `${options.url} answered ${verdict.status}`)
        case 'refused':
          throw new JournalError('refused', verdict.message)
      }
    }
  }

  const pump = async () => {
    if (pumping) return
    pumping = true
    linger?.()
    linger = undefined
    while (!ended && (due || queue.some(({ settle }) => settle))) {
      due = false
      await step(take())
    }
    pumping = false
    schedule()
  }

  const step = async (writes: readonly Write[]) => {
    try {
      const txid = await deliver(writes)
      for (const { settle } of writes) settle?.resolve(txid)
    } catch (thrown) {
      const error = thrown instanceof JournalError ? thrown : new JournalError('closed', messageOf(thrown))
      if (error.code === 'refused' && writes.length > 1) {
        for (const write of writes) await step([write])
        return
      }
      for (const { settle } of writes) settle?.reject(error)
      if (error.code !== 'refused') end(error)
      else report('append-refused', { url: options.url, why: error.message })
    }
    waiting -= writes.reduce((sum, { size }) => sum + size, 0)
    freeRoom()
  }

  /** Looks after what waits: at once where somebody waits for it, else after the linger. */
  const schedule = () => {
    if (ended || pumping || queue.length === 0) return
    if (queue.some(({ settle }) => settle)) void pump()
    else
      linger ??= clock.after(LINGER_MS, () => {
        due = true
        void pump()
      })
  }

  const add = (write: Write) => {
    queue = [...queue, write]
    waiting += write.size
    schedule()
  }

  return {
    write(...items) {
      if (!ended && items.length > 0) add({ items, size: sizeOf(items) })
    },
    commit(...items) {
      if (ended) return Promise.reject(ended)
      return new Promise((resolve, reject) =>
        add({ items, size: sizeOf(items), settle: { resolve, reject } }),
      )
    },
    room: () =>
      new Promise((resolve) => {
        if (ended || waiting < ROOM) resolve()
        else roomy = [...roomy, resolve]
      }),
    get epoch() {
      return sender.epoch
    },
    get ended() {
      return ended
    },
    close: () => end(new JournalError('closed', 'the journal was closed')),
  }
}

/** The exact bytes, sent again and again until they are answered: each item knows its write and its place in it. */
function freeze(items: readonly StateItem[], txid: string): string {
  const stamped = items.map((item, n) => {
    return { ...item, headers: { ...item.headers, txid, part: `${n + 1}/${items.length}` } }
  })
  return JSON.stringify(stamped)
}

function lost(error: unknown): Extract<Verdict, { readonly kind: 'again' }> {
  return { kind: 'again', why: messageOf(error), retryAfter: undefined }
}

function sizeOf(items: readonly StateItem[]): number {
  return JSON.stringify(items).length
}

function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(RETRY.longest, RETRY.first * 2 ** Math.min(attempt - 1, 20))
  return ceiling / 2 + (random * ceiling) / 2
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
