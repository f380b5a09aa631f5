import { createParser } from 'eventsource-parser'
import { SyncError } from '../errors.ts'
import {
  type Offset,
  parseControl,
  SSE_CONTROL_EVENT,
  SSE_DATA_EVENT,
  STREAM_INCARNATION_HEADER,
} from '../protocol/index.ts'
import { chunksOf, type Watch } from './chunks.ts'
import { type Page, parseText } from './page.ts'

/**
 * Hands over the pages of an SSE answer, each closed by its control event; what a cut connection leaves behind
 * without one is dropped and read again from the last offset. Every byte, comments included, extends `silence`.
 */
export async function readSse(
  response: Response,
  from: Offset,
  silence: Watch,
  onPage: (page: Page) => Promise<void>,
): Promise<void> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    throw new SyncError('protocol', 'the relay answered a tail with something other than an event stream')
  const assembler = pageAssembler(from, response.headers.get(STREAM_INCARNATION_HEADER))
  const decoder = new TextDecoder()
  for await (const chunk of chunksOf(response, silence)) {
    assembler.feed(decoder.decode(chunk, { stream: true }))
    for (const page of assembler.take()) await onPage(page)
  }
}

function pageAssembler(from: Offset, incarnation: string | null) {
  let position = from
  let texts: string[] = []
  let pages: Page[] = []

  const parser = createParser({
    onEvent({ event, data }) {
      if (event === SSE_DATA_EVENT) texts.push(data)
      else if (event === SSE_CONTROL_EVENT) close(data)
    },
  })

  const close = (data: string) => {
    const control = parseControl(data)
    if (!control) throw new SyncError('protocol', 'the relay sent a control event without an offset')
    const items = texts.flatMap(parseText)
    const text = texts.length === 1 && texts[0] !== undefined ? texts[0] : JSON.stringify(items)
    pages.push({
      from: position,
      to: control.streamNextOffset,
      items,
      bytes: new TextEncoder().encode(text),
      upToDate: control.upToDate === true || control.streamClosed === true,
      closed: control.streamClosed === true,
      incarnation,
      cursor: control.streamCursor ?? null,
    })
    position = control.streamNextOffset
    texts = []
  }

  return {
    feed: (text: string) => parser.feed(text),
    take(): Page[] {
      const taken = pages
      pages = []
      return taken
    },
  }
}
