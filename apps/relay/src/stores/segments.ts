import type { StreamState } from '../state.ts'
import type { Page } from './store.ts'

/** Batches of one life from `from` (a batch's beginning) on, in order; a missing first one yields nothing. */
export type BatchesFrom = (incarnation: string, from: number) => Iterable<{ at: number; bytes: Uint8Array }>

/** Reads along a fork's chain, as `Store.read` asks for it. Expects no writes while it runs. */
export function readChain(
  state: StreamState,
  from: number,
  budget: number,
  batches: BatchesFrom,
): Page | undefined {
  if (from >= state.tail) return { chunks: [], next: state.tail }
  const chain = [...state.inherited, { incarnation: state.incarnation, until: state.tail }]
  const chunks: Uint8Array[] = []
  let next = from
  let left = budget
  for (const { incarnation, until } of chain) {
    if (next >= until) continue
    for (const { at, bytes } of batches(incarnation, next)) {
      if (at !== next || next >= until) break
      const chunk = at + bytes.length > until ? bytes.subarray(0, until - at) : bytes
      if (chunks.length > 0 && chunk.length > left) return { chunks, next }
      chunks.push(chunk)
      next += chunk.length
      left -= chunk.length
    }
    if (next < until) break
  }
  return chunks.length > 0 ? { chunks, next } : undefined
}
