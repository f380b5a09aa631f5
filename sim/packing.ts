import type { Batch } from '../packages/client/src/stream/batch.ts'
import type { Folding } from '../packages/client/src/stream/folding.ts'
import type { Item } from './host.ts'

/** A checkpoint that loses nothing, so that every item can still be asked for: one item that holds all of them. */
export function packing(): Folding {
  const all: Item[] = []
  return {
    add({ items }: Batch) {
      all.push(...unpacked(items))
    },
    end: () => ({ items: [JSON.stringify({ packed: all })], places: [0] }),
  }
}

export function unpacked(items: readonly unknown[]): Item[] {
  return (items as readonly (Item | { readonly packed: readonly Item[] })[]).flatMap((item) =>
    'packed' in item ? item.packed : [item],
  )
}
