import { SyncError } from '@strandline/client'

/** Which writes the rows hold, and who waits for one. */
export interface Txids {
  add(txids: readonly string[]): void
  /** Some more that the rows hold, as far as `holds` tells. */
  recall(holds: (txid: string) => boolean): void
  /** Resolves with `add`; rejects as `timeout` after `timeout` milliseconds, where given, or with `end`. */
  wait(txid: string, timeout?: number): Promise<void>
  /** The log starts over: nothing of it has been seen. */
  clear(): void
  end(error: SyncError): void
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: SyncError) => void
}

export function createTxids(): Txids {
  const seen = new Set<string>()
  let recalled = (_: string) => false
  const waiting = new Map<string, Set<Waiter>>()
  let ended: SyncError | undefined

  const settle = (txid: string) => {
    const waiters = waiting.get(txid)
    waiting.delete(txid)
    for (const { resolve } of waiters ?? []) resolve()
  }

  return {
    add(txids) {
      for (const txid of txids) {
        seen.add(txid)
        settle(txid)
      }
    },
    recall(holds) {
      recalled = holds
      for (const txid of [...waiting.keys()]) if (holds(txid)) settle(txid)
    },
    wait(txid, timeout) {
      if (seen.has(txid) || recalled(txid)) return Promise.resolve()
      if (ended) return Promise.reject(ended)
      return new Promise((resolve, reject) => {
        const waiters = waiting.get(txid) ?? new Set<Waiter>()
        waiting.set(txid, waiters)
        const timer =
          timeout !== undefined &&
          setTimeout(() => {
            waiters.delete(waiter)
            if (waiters.size === 0 && waiting.get(txid) === waiters) waiting.delete(txid)
            reject(new SyncError('timeout', `timeout: write ${txid} is not in the log after ${timeout} ms`))
          }, timeout)
        const settled = <T>(settle: (value: T) => void) => {
          return (value: T) => {
            if (timer) clearTimeout(timer)
            settle(value)
          }
        }
        const waiter: Waiter = { resolve: settled(() => resolve()) as () => void, reject: settled(reject) }
        waiters.add(waiter)
      })
    },
    clear() {
      seen.clear()
      recalled = () => false
    },
    end(error) {
      ended = error
      for (const waiters of waiting.values()) for (const { reject } of waiters) reject(error)
      waiting.clear()
    },
  }
}
