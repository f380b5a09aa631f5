import {
  CURSOR_QUERY_PARAM,
  STREAM_INCARNATION_HEADER,
  STREAM_SSE_DATA_ENCODING_HEADER,
} from '@strandline/client/protocol'
import { answer } from '../answer.ts'
import type { Sink, Tail } from '../channel.ts'
import { type Call, type Core, permit } from '../core.ts'
import { nextCursor } from '../cursor.ts'
import { modeOf } from '../payload.ts'
import { deny } from '../refusal.ts'
import { readOffset } from '../request.ts'
import { find } from './read.ts'

/** GET with `live=sse`. Everything that can be refused is refused before the body opens. */
export async function sse(core: Core, call: Call): Promise<Response> {
  const until = await permit(core, call, 'read')
  const start = readOffset(call.query) ?? deny('invalid-offset', 'a live read names its offset')
  const state = await find(core, call)
  const { limits, now, random, store, waiters } = core
  store.touch(call.path, state, now())
  const position = start === 'now' ? state.tail : start
  if (!(await store.read(state, position, 0)))
    deny('invalid-offset', 'the offset is not one this relay issued')
  waiters.admit(call.path)
  const openedAt = now()
  const age = limits.tailAge * (0.9 + 0.2 * random())
  const stream = openTail(core, call, (sink) => ({
    incarnation: state.incarnation,
    sink,
    deadline: Math.min(openedAt + age, until ?? Number.POSITIVE_INFINITY),
    position,
    cursor: nextCursor(call.query.get(CURSOR_QUERY_PARAM), openedAt, random),
    greeted: false,
    sentAt: openedAt,
    fullSince: undefined,
  }))
  return answer(200, stream, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache',
    'X-Accel-Buffering': 'no',
    [STREAM_INCARNATION_HEADER]: state.incarnation,
    ...(modeOf(state.contentType) === 'binary' && { [STREAM_SSE_DATA_ENCODING_HEADER]: 'base64' }),
  })
}

function openTail(
  core: Core,
  { path, request }: Call,
  make: (sink: Sink) => Tail,
): ReadableStream<Uint8Array> {
  const { limits, waiters } = core
  let leave = () => {}
  let resume = () => {}
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const over = new AbortController()
    const finish = (how: () => void) => {
      if (over.signal.aborted) return
      over.abort()
      request.signal.removeEventListener('abort', leave)
      waiting.leave()
      how()
    }
    const sink: Sink = {
      get ready() {
        return (controller.desiredSize ?? 0) > 0
      },
      push: (frame) => {
        if (!over.signal.aborted) controller.enqueue(frame)
      },
      end: () => finish(() => controller.close()),
      fail: (reason) => finish(() => controller.error(new Error(reason))),
    }
    const waiting = waiters.join(path, make(sink))
    leave = () => finish(() => {})
    resume = waiting.resume
    request.signal.addEventListener('abort', leave)
    if (request.signal.aborted) leave()
  }
  return new ReadableStream<Uint8Array>(
    { start, pull: () => resume(), cancel: () => leave() },
    { highWaterMark: limits.tailBuffer, size: (frame) => frame.length },
  )
}
