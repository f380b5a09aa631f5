import type { MessageDelta } from '@strandline/chat'
import type { StateItem } from '@strandline/client'

/** Adjacent deltas of one message as one: what waited together is sent together. */
export function mergeDeltas(items: readonly StateItem[]): StateItem[] {
  const merged: StateItem[] = []
  for (const item of items) {
    const before = merged.at(-1)
    const joined = before && join(before, item)
    if (joined) merged[merged.length - 1] = joined
    else merged.push(item)
  }
  return merged
}

function join(a: StateItem, b: StateItem): StateItem | undefined {
  if (a.type !== 'message.delta' || b.type !== a.type || b.key !== a.key) return undefined
  const [first, second] = [a.value as MessageDelta, b.value as MessageDelta]
  if (second.from !== first.from + first.text.length) return undefined
  return { ...a, value: { from: first.from, text: first.text + second.text } }
}
