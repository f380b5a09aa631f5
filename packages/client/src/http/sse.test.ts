import { describe, expect, test } from 'vitest'
import { deadline } from './deadline.ts'
import type { Page } from './page.ts'
import { readSse } from './sse.ts'

const FIRST = 'event: data\ndata: [{"text":"grüße 🌊"},\ndata: {"text":"zwei"}]\n\n'
const FIRST_CONTROL = 'event: control\ndata: {"streamNextOffset":"2","streamCursor":"c"}\n\n'
const COMMENT = ': still here\n\n'
const SECOND =
  'event: data\ndata: ["drei"]\n\nevent: control\ndata: {"streamNextOffset":"3","upToDate":true}\n\n'

const PAGES = [
  { from: '1', to: '2', items: [{ text: 'grüße 🌊' }, { text: 'zwei' }], upToDate: false, cursor: 'c' },
  { from: '2', to: '3', items: ['drei'], upToDate: true, cursor: null },
]

function response(chunks: Uint8Array[], headers: Record<string, string> = {}): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream', ...headers } })
}

async function pagesOf(answer: Response): Promise<Page[]> {
  const pages: Page[] = []
  const silence = deadline(new AbortController().signal, 60_000)
  try {
    await readSse(answer, '1', silence, async (page) => void pages.push(page))
  } finally {
    silence.end()
  }
  return pages
}

/** The pages as one, each of which begins where the one before ended. */
function joined(pages: readonly Pick<Page, 'from' | 'to' | 'items' | 'upToDate' | 'cursor'>[]) {
  for (const [index, { from }] of pages.entries()) expect(from).toBe(pages[index - 1]?.to ?? '1')
  const { to = '1', upToDate, cursor } = pages.at(-1) ?? {}
  return { to, upToDate, cursor, items: pages.flatMap(({ items }) => items) }
}

const encode = (text: string) => new TextEncoder().encode(text)

describe.each([
  ['LF', (text: string) => text],
  ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
])('an event stream with %s', (_, lines) => {
  const whole = encode(lines(FIRST + FIRST_CONTROL + COMMENT + SECOND))

  test('split in two at every byte gives the same (S1-9)', async () => {
    for (let cut = 0; cut <= whole.length; cut++)
      expect(joined(await pagesOf(response([whole.slice(0, cut), whole.slice(cut)])))).toEqual(joined(PAGES))
  })

  test('byte by byte gives a page for each control event', async () => {
    const bytes = Array.from(whole, (_, index) => whole.slice(index, index + 1))
    expect(await pagesOf(response(bytes))).toMatchObject(PAGES)
  })

  test('in one piece is one page', async () => {
    const pages = await pagesOf(response([whole]))
    expect(pages).toHaveLength(1)
    expect(JSON.parse(new TextDecoder().decode(pages[0]?.bytes))).toEqual(pages[0]?.items)
  })

  test('cut off at any byte gives whole pages only: what has no control event is read again', async () => {
    const firstEnds = encode(lines(FIRST + FIRST_CONTROL)).length
    for (let cut = 0; cut < whole.length; cut++) {
      const { to, items } = joined(await pagesOf(response([whole.slice(0, cut)])))
      // What ends a line may be the first of its two characters.
      const complete = [...(cut >= firstEnds - 2 ? ['2'] : []), ...(cut >= whole.length - 2 ? ['3'] : [])]
      expect(['1', ...complete], `cut at ${cut}`).toContain(to)
      if (cut >= firstEnds) expect(to).not.toBe('1')
      expect(items).toEqual(PAGES.slice(0, Number(to) - 1).flatMap((page): unknown[] => page.items))
    }
  })
})

test('the bytes of a page are the JSON text as it came', async () => {
  const [page] = await pagesOf(response([encode(FIRST + FIRST_CONTROL)]))
  expect(new TextDecoder().decode(page?.bytes)).toBe('[{"text":"grüße 🌊"},\n{"text":"zwei"}]')
})

test('a stream that ends before the beginning is told as it is, whatever comes in the same chunk (invariant 10)', async () => {
  const control = (to: string) => `event: control\ndata: {"streamNextOffset":"${to}"}\n\n`
  const pages = await pagesOf(response([encode(`${control('0')}event: data\ndata: [1]\n\n${control('9')}`)]))
  expect(pages).toMatchObject([{ from: '1', to: '0' }])
})

test('several data events before one control event are one page', async () => {
  const two = 'event: data\ndata: [1]\n\nevent: data\ndata: [2]\n\n'
  const [page] = await pagesOf(response([encode(two + FIRST_CONTROL)]))
  expect(page?.items).toEqual([1, 2])
  expect(JSON.parse(new TextDecoder().decode(page?.bytes))).toEqual([1, 2])
})

test('the incarnation is the answer’s', async () => {
  const [page] = await pagesOf(response([encode(FIRST + FIRST_CONTROL)], { 'stream-incarnation': 'x' }))
  expect(page?.incarnation).toBe('x')
})

test('closed means up to date', async () => {
  const closed = 'event: control\ndata: {"streamNextOffset":"1","streamClosed":true}\n\n'
  expect(await pagesOf(response([encode(closed)]))).toMatchObject([
    { closed: true, upToDate: true, items: [] },
  ])
})

test.each([
  [
    'garbage instead of JSON',
    'event: data\ndata: {oops\n\nevent: control\ndata: {"streamNextOffset":"2"}\n\n',
  ],
  [
    'an object instead of an array',
    'event: data\ndata: {}\n\nevent: control\ndata: {"streamNextOffset":"2"}\n\n',
  ],
  ['a control event without an offset', 'event: control\ndata: {}\n\n'],
  ['a control event that is no JSON', 'event: control\ndata: nope\n\n'],
])('%s is a protocol error, not a crash (S4-22)', async (_, text) => {
  await expect(pagesOf(response([encode(text)]))).rejects.toMatchObject({ code: 'protocol' })
})

test('an answer that is no event stream is a protocol error', async () => {
  const page = new Response('<html>', { headers: { 'content-type': 'text/html' } })
  await expect(pagesOf(page)).rejects.toMatchObject({ code: 'protocol' })
})
