import { createParser } from 'eventsource-parser'
import { SyncError } from '../errors.ts'
import {
  compareOffsets,
  type Offset,
  parseControl,
  SSE_CONTROL_EVENT,
  SSE_DATA_EVENT,
  type SseControl,
  STREAM_INCARNATION_HEADER,
} from '../protocol/index.ts'
import { chunksOf, type Watch } from './chunks.ts'
import { type Page, parseText } from './page.ts'

/** Bytes of a tail that are held without a control event: seven times what our relay takes in one append. */
const LARGEST_EVENT = 6e7

/**
 * Hands over what an SSE answer holds as pages, each up to a control event; what a cut connection leaves behind
 * without one is dropped and read again from the last offset. What came in one chunk is one page: a relay sends each
 * append by itself, and what has gathered while the last page was stored costs no more than one of them. Every byte,
 * comments included, extends `silence`.
 */
export async function readSse(
  response: Response,
  from: Offset,
  silence: Watch,
  onPage: (page: Page) => Promise<void>,
): Promise<void> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    throw new SyncError('protocol', 'the relay answered a tail with no event stream')
  const assembler = pageAssembler(from, response.headers.get(STREAM_INCARNATION_HEADER))
  const decoder = new TextDecoder()
  let held = 0
  for await (const chunk of chunksOf(response, silence)) {
    assembler.feed(decoder.decode(chunk, { stream: true }))
    const page = assembler.take()
    held = page ? 0 : held + chunk.byteLength
    if (page) await onPage(page)
    if (held > LARGEST_EVENT) throw new SyncError('too-large', 'the relay sent an event without an end')
  }
}

function pageAssembler(from: Offset, incarnation: string | null) {
  let position = from
  /** Data events that no control event has followed yet. */
  let open: string[] = []
  let closed: string[] = []
  let control: SseControl | undefined

  const parser = createParser({
    onEvent({ event, data }) {
      if (event === SSE_DATA_EVENT) open.push(data)
      else if (event === SSE_CONTROL_EVENT) close(data)
    },
  })

  const close = (data: string) => {
    const next = parseControl(data)
    if (!next) throw new SyncError('protocol', 'the relay sent a control event without an offset')
    closed.push(...open)
    open = []
    // An end before the beginning tells of another life: what follows it must not hide that.
    if (!control || compareOffsets(control.streamNextOffset, position) >= 0) control = next
  }

  return {
    feed: (text: string) => parser.feed(text),
    /** What has come since the last `take`, up to its last control event. */
    take(): Page | undefined {
      if (!control) return undefined
      const items = closed.flatMap(parseText)
      const text = closed.length === 1 && closed[0] !== undefined ? closed[0] : JSON.stringify(items)
      const page: Page = {
        from: position,
        to: control.streamNextOffset,
        items,
        bytes: new TextEncoder().encode(text),
        upToDate: control.upToDate === true || control.streamClosed === true,
        closed: control.streamClosed === true,
        incarnation,
        cursor: control.streamCursor ?? null,
      }
      position = page.to
      closed = []
      control = undefined
      return page
    },
  }
}
