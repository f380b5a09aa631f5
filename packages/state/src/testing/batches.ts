import type { Batch, PendingWrite, StateItem } from '@strandline/client'

export function batchOf(items: readonly unknown[], first = 0, more: Partial<Batch> = {}): Batch {
  return {
    items,
    first,
    end: first + items.length,
    from: `at-${first}`,
    to: `at-${first + items.length}`,
    source: 'tail',
    upToDate: true,
    reset: false,
    ...more,
  }
}

export function writeOf(
  txid: string,
  items: readonly unknown[],
  state: PendingWrite['state'] = 'saved',
): PendingWrite {
  return { txid, stream: 'test', state, attempts: 0, keys: [], items: items as readonly StateItem[] }
}
