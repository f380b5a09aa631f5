import { SyncError } from '../errors.ts'
import type { Page } from '../http/page.ts'
import { type Damage, type Segment, sealed } from '../log/segment.ts'
import type { Offset } from '../protocol/index.ts'

/**
 * The segments that stand in for a damaged stretch, read from the relay again: from its first offset to its last,
 * and nothing else. Rejects with `incarnation` where the relay has other items there by now.
 */
export async function refetched(
  { n, count, from, to }: Damage,
  incarnation: string | null,
  read: (from: Offset) => Promise<Page>,
): Promise<Segment[]> {
  const segments: Segment[] = []
  let at = n
  let offset = from
  while (at < n + count) {
    const page = await read(offset)
    const stranger = incarnation !== null && page.incarnation !== null && page.incarnation !== incarnation
    if (stranger || page.items.length === 0)
      throw new SyncError('incarnation', 'the relay no longer has the items that are damaged here')
    const left = n + count - at
    const cut = page.items.length > left
    const bytes = cut ? new TextEncoder().encode(JSON.stringify(page.items.slice(0, left))) : page.bytes
    const taken = Math.min(left, page.items.length)
    segments.push(sealed({ n: at, from: offset, to: cut ? to : page.to, count: taken, bytes }))
    at += taken
    offset = page.to
  }
  return segments
}
