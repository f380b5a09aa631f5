import {
  CURSOR_QUERY_PARAM,
  STREAM_INCARNATION_HEADER,
  STREAM_SSE_DATA_ENCODING_HEADER,
} from '@strandline/client/protocol'
import { answer } from '../answer.ts'
import type { Feed, Sink, Tail } from '../channel.ts'
import { type Call, type Core, permit } from '../core.ts'
import { nextCursor } from '../cursor.ts'
import type { Answer, PushBody } from '../exchange.ts'
import { modeOf } from '../payload.ts'
import { deny } from '../refusal.ts'
import { readOffset } from '../request.ts'
import { find } from './read.ts'

/** GET with `live=sse`. Everything that can be refused is refused before the body opens. */
export async function sse(core: Core, call: Call, query: URLSearchParams): Promise<Answer> {
  const until = await permit(core, call, 'read')
  const start = readOffset(query) ?? deny('invalid-offset', 'a live read names its offset')
  const state = await find(core, call)
  const { limits, now, random, store, waiters } = core
  store.touch(call.path, state, now())
  const position = start === 'now' ? state.tail : start
  if (!(await store.read(state, position, 0)))
    deny('invalid-offset', 'the offset is not one this relay issued')
  waiters.admit(call.path)
  const openedAt = now()
  const age = limits.tailAge * (0.9 + 0.2 * random())
  const body = tailBody(core, call, (sink) => ({
    incarnation: state.incarnation,
    sink,
    deadline: Math.min(openedAt + age, until ?? Number.POSITIVE_INFINITY),
    position,
    cursor: nextCursor(query.get(CURSOR_QUERY_PARAM), openedAt, random),
    greeted: false,
    sentAt: openedAt,
    fullSince: undefined,
  }))
  return answer(200, body, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache',
    'X-Accel-Buffering': 'no',
    [STREAM_INCARNATION_HEADER]: state.incarnation,
    ...(modeOf(state.contentType) === 'binary' && { [STREAM_SSE_DATA_ENCODING_HEADER]: 'base64' }),
  })
}

/**
 * Nothing reaches the sink once it has ended or its reader has left; the channel is left then, once. A sink
 * that throws has lost its reader, which concerns no other.
 */
function tailBody({ limits, waiters }: Core, { path, exchange }: Call, make: (sink: Sink) => Tail): PushBody {
  const connect = (outer: Sink): Feed => {
    let over = false
    const finish = (how: () => void) => {
      if (over) return
      over = true
      exchange.signal.removeEventListener('abort', leave)
      feed.leave()
      attempt(how)
    }
    const leave = () => finish(() => {})
    const sink: Sink = {
      get ready() {
        return !over && outer.ready
      },
      push: (frame) => {
        if (!over && !attempt(() => outer.push(frame))) leave()
      },
      end: () => finish(() => outer.end()),
      fail: (reason) => finish(() => outer.fail(reason)),
    }
    const feed = waiters.join(path, make(sink))
    exchange.signal.addEventListener('abort', leave)
    if (exchange.signal.aborted) leave()
    return { leave, resume: () => feed.resume() }
  }
  return { connect, highWaterMark: limits.tailBuffer }
}

function attempt(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
