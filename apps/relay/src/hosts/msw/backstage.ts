import {
  type Fixture,
  OFFSET_START,
  type Offset,
  readFixture,
  STREAM_CLOSED_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from '@strandline/client/protocol'

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** What somebody else does at the relay, with no bad network in between. Rejects where the relay refuses. */
export interface Backstage {
  /** All items of a stream; none where there is no such stream. */
  read(path: string): Promise<unknown[]>
  /** Appends items in one append, in a stream that is made where there is none. */
  append(path: string, items: readonly unknown[]): Promise<void>
  /** Deletes a stream. */
  remove(path: string): Promise<void>
  /** Begins another life of a stream, with these items: deleted and made again, or restored from an old copy. */
  recreate(path: string, items?: readonly unknown[]): Promise<void>
  /** The stream takes no more items. */
  seal(path: string): Promise<void>
  /** Begins a life with what a `.strand.json` holds, one append for each of its batches. Throws `FixtureError`. */
  load(path: string, fixture: string | Fixture): Promise<void>
  /** The offset of a stream's end; null where there is no such stream. */
  tail(path: string): Promise<Offset | null>
}

export function createBackstage(
  send: (request: Request) => Promise<Response>,
  url: (path: string) => string,
): Backstage {
  const ask = (path: string, init: RequestInit = {}, query = '') =>
    send(new Request(`${url(path)}${query}`, init))

  const must = async (path: string, init: RequestInit) => {
    const answer = await ask(path, init)
    if (answer.ok) return answer.arrayBuffer()
    throw new Error(`${init.method} of ${path} was answered ${answer.status}: ${await answer.text()}`)
  }
  const create = (path: string) => must(path, { method: 'PUT', headers: JSON_TYPE })
  const post = (path: string, items: readonly unknown[]) =>
    must(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(items) })

  const backstage: Backstage = {
    async read(path) {
      const items: unknown[] = []
      for (let offset = OFFSET_START; ; ) {
        const answer = await ask(path, {}, `?offset=${offset}`)
        if (answer.status === 404 || answer.status === 410) return []
        if (!answer.ok) throw new Error(`a read of ${path} was answered ${answer.status}`)
        items.push(...((await answer.json()) as unknown[]))
        offset = answer.headers.get(STREAM_OFFSET_HEADER) ?? offset
        if (answer.headers.has(STREAM_UP_TO_DATE_HEADER)) return items
      }
    },
    async append(path, items) {
      if ((await backstage.tail(path)) === null) await create(path)
      if (items.length > 0) await post(path, items)
    },
    async remove(path) {
      await must(path, { method: 'DELETE' })
    },
    async recreate(path, items = []) {
      if ((await backstage.tail(path)) !== null) await backstage.remove(path)
      await backstage.append(path, items)
    },
    async seal(path) {
      await must(path, { method: 'POST', headers: { [STREAM_CLOSED_HEADER]: 'true' } })
    },
    async load(path, given) {
      const { batches } = typeof given === 'string' ? readFixture(given) : given
      await backstage.recreate(path)
      for (const { items } of batches) if (items.length > 0) await post(path, items)
    },
    async tail(path) {
      const answer = await ask(path, { method: 'HEAD' })
      return answer.ok ? answer.headers.get(STREAM_OFFSET_HEADER) : null
    },
  }
  return backstage
}
