import {
  STREAM_FORK_OFFSET_HEADER,
  STREAM_FORK_SUB_OFFSET_HEADER,
  STREAM_FORKED_FROM_HEADER,
} from '@strandline/client/protocol'
import type { ForkPoint } from '../command.ts'
import { type Call, type Core, permit } from '../core.ts'
import { presence } from '../lifetime.ts'
import { readStart } from '../offset.ts'
import { modeOf, subLength } from '../payload.ts'
import { deny, type Refusal, refuse } from '../refusal.ts'
import { readPath } from '../request.ts'
import type { StreamState } from '../state.ts'

export interface Branch {
  readonly fork: ForkPoint
  readonly source: StreamState | undefined
  /** Why the point asked for is none; reported unless the fork is there already. */
  readonly malformed?: Refusal
}

/** What the fork headers of a create ask for, its point resolved on the source; undefined when it is no fork. */
export async function readFork(core: Core, { path, exchange }: Call): Promise<Branch | undefined> {
  const { headers } = exchange
  const from = headers.get(STREAM_FORKED_FROM_HEADER)
  const anchorText = headers.get(STREAM_FORK_OFFSET_HEADER)
  const subText = headers.get(STREAM_FORK_SUB_OFFSET_HEADER)
  if (from === null) {
    if (anchorText === null && subText === null) return undefined
    deny('invalid-header', 'a fork offset needs Stream-Forked-From')
  }
  const sourcePath = readPath(from, core.limits)
  if (sourcePath === path) deny('invalid-header', 'a stream is not a fork of itself')
  await permit(core, { path: sourcePath, exchange }, 'read')
  const start = anchorText === null ? 'now' : readStart(anchorText)
  if (start === undefined) deny('invalid-offset', 'the fork offset is not one this relay issued')
  if (subText !== null && !/^(0|[1-9]\d{0,14})$/.test(subText)) {
    deny('invalid-header', 'Stream-Fork-Sub-Offset is a whole number')
  }
  const source = await core.store.head(sourcePath)
  const point = {
    path: sourcePath,
    incarnation: source?.incarnation ?? '',
    anchor: start === 'now' ? undefined : start,
    sub: Number(subText ?? 0),
  }
  if (!source || presence(source, core.now()) !== 'here')
    return { fork: { ...point, cut: point.anchor ?? 0 }, source }
  const cut = await resolve(core, source, point.anchor ?? source.tail, point.sub)
  if (typeof cut === 'number') return { fork: { ...point, cut }, source }
  return { fork: { ...point, cut: source.tail }, source, malformed: cut }
}

async function resolve(
  { store }: Core,
  source: StreamState,
  anchor: number,
  sub: number,
): Promise<number | Refusal> {
  if (anchor > source.tail)
    return refuse('invalid-offset', 'the fork offset lies past the tail of its source')
  const page = await store.read(source, anchor, 0)
  if (!page) return refuse('invalid-offset', 'the fork offset is not one this relay issued')
  if (sub === 0) return anchor
  const [batch] = page.chunks
  const length = batch && subLength(modeOf(source.contentType), batch, sub)
  if (length === undefined)
    return refuse('invalid-offset', 'the sub-offset reaches past the batch it begins in')
  return anchor + length
}
