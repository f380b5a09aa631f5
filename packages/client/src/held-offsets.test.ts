import { describe, expect, test } from 'vitest'
import { codeOfStatus, SyncError } from './errors.ts'
import { heldOffsets } from './held-offsets.ts'
import type { Page } from './http/page.ts'
import { OFFSET_START, type Offset } from './protocol/index.ts'
import type { Transport } from './transport.ts'

const { signal } = new AbortController()
const HELD = '0_8'

const page = (from: Offset, to: Offset): Page => {
  const common = { bytes: new Uint8Array(), closed: false, incarnation: null, cursor: null }
  return { from, to, items: [], upToDate: true, ...common }
}

/** A relay that answers `status` from an offset on, and `start` from the beginning; `head`: to a HEAD. */
function relay({ status, start = 200, head = 200 }: { status: number; start?: number; head?: number }) {
  const answer = <T>(code: number, answered: T): T => {
    if (code === 200) return answered
    throw new SyncError(codeOfStatus(code), `${code}`, { status: code })
  }
  const answered = (from: Offset) => answer(from === OFFSET_START ? start : status, page(from, from))
  const transport: Partial<Transport> = {
    read: async (from) => answered(from),
    tail: async (from, _, { onPage }) => onPage(answered(from)),
    head: async () => answer(head, { tail: null }),
  }
  return heldOffsets(transport as Transport)
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error as SyncError).code,
  )
const listener = { onPage: async () => undefined, onHeard: () => undefined }

describe.each(['read', 'tail'] as const)('a %s from an offset that the log has', (road) => {
  const ask = (transport: Transport, from: Offset = HELD) =>
    codeOf(road === 'read' ? transport.read(from, signal) : transport.tail(from, 'sse', listener, signal))

  test.each([
    [{ status: 200 }, 'answered'],
    [{ status: 400 }, 'incarnation'],
    [{ status: 412 }, 'incarnation'],
    [{ status: 400, start: 400 }, 'refused'],
    [{ status: 410 }, 'trimmed'],
    [{ status: 410, head: 410 }, 'gone'],
    [{ status: 404 }, 'not-found'],
    [{ status: 503 }, 'server'],
  ])('%j: %s', async (answers, code) => {
    expect(await ask(relay(answers))).toBe(code)
  })

  test('a relay that ends before it is in another life', async () => {
    const transport: Partial<Transport> = {
      read: async (from) => page(from, '0_4'),
      tail: async (from, _, { onPage }) => onPage(page(from, '0_4')),
    }
    expect(await ask(heldOffsets(transport as Transport))).toBe('incarnation')
  })
})
