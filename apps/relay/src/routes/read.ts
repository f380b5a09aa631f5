import {
  CURSOR_QUERY_PARAM,
  STREAM_CLOSED_HEADER,
  STREAM_CURSOR_HEADER,
  STREAM_EXPIRES_AT_HEADER,
  STREAM_INCARNATION_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_TTL_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from '@strandline/client/protocol'
import { answer, type HeaderMap, NO_STORE, streamHeaders } from '../answer.ts'
import { isRefused, present } from '../command.ts'
import { type Call, type Core, permit } from '../core.ts'
import { nextCursor } from '../cursor.ts'
import type { Answer } from '../exchange.ts'
import { formatOffset } from '../offset.ts'
import { decodeLog, modeOf } from '../payload.ts'
import { deny, RefusalError } from '../refusal.ts'
import { readHeader, readOffset } from '../request.ts'
import type { StreamState } from '../state.ts'
import type { Page } from '../stores/store.ts'

/** The stream a read is about; throws when it is not there, or not the one that is meant. */
export async function find(core: Core, { path, exchange }: Call): Promise<StreamState> {
  const state = present(await core.store.head(path), core.now())
  if (isRefused(state)) throw new RefusalError(state.refusal)
  const meant = readHeader(exchange.headers, STREAM_INCARNATION_HEADER, core.limits)
  if (meant !== undefined && meant !== state.incarnation) {
    deny('incarnation-mismatch', 'the stream at this path is another one', { ...streamHeaders(state) })
  }
  return state
}

export async function head(core: Core, call: Call): Promise<Answer> {
  await permit(core, call, 'read')
  const state = await find(core, call)
  return answer(200, null, {
    ...NO_STORE,
    ...streamHeaders(state),
    ...lifetimeHeaders(state),
    'Content-Type': state.contentType,
  })
}

function lifetimeHeaders({ lifetime }: StreamState): HeaderMap {
  switch (lifetime.kind) {
    case 'forever':
      return {}
    case 'window':
      return { [STREAM_TTL_HEADER]: String(lifetime.seconds) }
    case 'until':
      return { [STREAM_EXPIRES_AT_HEADER]: lifetime.text }
  }
}

/** GET without `live`: what there is from an offset on, at most one chunk of it. */
export async function catchUp(core: Core, call: Call, query: URLSearchParams): Promise<Answer> {
  await permit(core, call, 'read')
  const start = readOffset(query) ?? 0
  const state = await find(core, call)
  core.store.touch(call.path, state, core.now())
  if (start === 'now') {
    return answer(200, decodeLog(modeOf(state.contentType), []), {
      ...NO_STORE,
      ...pageHeaders(state, state.tail, { chunks: [], next: state.tail }),
    })
  }
  const page = await readPage(core, state, start)
  const etag = etagOf(state, start, page)
  const headers = {
    ...pageHeaders(state, start, page),
    ETag: etag,
    'Cache-Control': caching(core, state, page),
  }
  if (matches(call.exchange.headers.get('If-None-Match'), etag)) return answer(304, null, headers)
  return answer(200, decodeLog(modeOf(state.contentType), page.chunks), headers)
}

/** GET with `live=long-poll`: the same, but waits for something to come when there is nothing. */
export async function longPoll(core: Core, call: Call, query: URLSearchParams): Promise<Answer> {
  await permit(core, call, 'read')
  const start = readOffset(query) ?? deny('invalid-offset', 'a live read names its offset')
  let state = await find(core, call)
  const { limits, now, random, store, waiters } = core
  store.touch(call.path, state, now())
  const { incarnation } = state
  const from = start === 'now' ? state.tail : start
  const ending = now() + limits.longPoll
  while (from === state.tail && !state.closure && now() < ending && !waiters.closed) {
    if (call.exchange.signal.aborted) break
    waiters.admit(call.path)
    await waiters.news(call.path, ending - now(), call.exchange.signal)
    state = await find(core, call)
    if (state.incarnation !== incarnation) deny('not-found', 'the stream was deleted meanwhile')
  }
  const page = await readPage(core, state, from)
  const headers = {
    ...pageHeaders(state, from, page),
    ...(!(state.closure && page.next === state.tail) && {
      [STREAM_CURSOR_HEADER]: String(nextCursor(query.get(CURSOR_QUERY_PARAM), now(), random)),
    }),
  }
  if (page.chunks.length === 0 && from === page.next) return answer(204, null, { ...NO_STORE, ...headers })
  return answer(200, decodeLog(modeOf(state.contentType), page.chunks), {
    ...headers,
    ETag: etagOf(state, from, page),
    'Cache-Control': caching(core, state, page),
  })
}

async function readPage({ limits, store }: Core, state: StreamState, from: number): Promise<Page> {
  const page = await store.read(state, from, limits.chunk)
  return page ?? deny('invalid-offset', 'the offset is not one this relay issued')
}

/** A read from past the tail is answered with the tail and is not up to date: its reader knows another log. */
function pageHeaders(state: StreamState, from: number, page: Page): HeaderMap {
  const atTail = page.next === state.tail && from <= state.tail
  return {
    'Content-Type': state.contentType,
    [STREAM_OFFSET_HEADER]: formatOffset(page.next),
    [STREAM_INCARNATION_HEADER]: state.incarnation,
    ...(atTail && { [STREAM_UP_TO_DATE_HEADER]: 'true' }),
    ...(atTail && state.closure && { [STREAM_CLOSED_HEADER]: 'true' }),
  }
}

function etagOf(state: StreamState, from: number, page: Page): string {
  const closed = state.closure && page.next === state.tail ? ':c' : ''
  return `"${state.incarnation}:${from}:${page.next}${closed}"`
}

function matches(header: string | null, etag: string): boolean {
  if (header === null) return false
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*')
}

/** A page that reaches the tail is asked for again each time; a full one never changes within its life. */
function caching({ authorize }: Core, state: StreamState, page: Page): string {
  const scope = authorize ? 'private' : 'public'
  return page.next === state.tail ? `${scope}, no-cache` : `${scope}, max-age=60, stale-while-revalidate=300`
}
