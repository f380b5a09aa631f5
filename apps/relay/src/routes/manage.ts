import {
  STREAM_EXPIRES_AT_HEADER,
  STREAM_INCARNATION_HEADER,
  STREAM_TTL_HEADER,
} from '@strandline/client/protocol'
import { answer, answerRefusal, NO_STORE, streamHeaders } from '../answer.ts'
import { readBody } from '../body.ts'
import type { Create } from '../command.ts'
import { type Call, type Core, permit } from '../core.ts'
import { decide } from '../decide.ts'
import { DEFAULT_CONTENT_TYPE } from '../decide-create.ts'
import type { Answer } from '../exchange.ts'
import { newIncarnation } from '../incarnation.ts'
import { readLifetime } from '../lifetime.ts'
import { encodeBody, modeOf } from '../payload.ts'
import { deny } from '../refusal.ts'
import { readContentType, readHeader, wantsClosed } from '../request.ts'
import { readFork } from './fork.ts'

/** PUT: make a stream, or a fork of one, unless it is there as asked. */
export async function create(core: Core, call: Call): Promise<Answer> {
  await permit(core, call, 'create')
  const { limits, store } = core
  const { path, exchange } = call
  const { headers } = exchange
  const contentType = readContentType(headers, limits)
  const now = core.now()
  const lifetime = readLifetime(headers.get(STREAM_TTL_HEADER), headers.get(STREAM_EXPIRES_AT_HEADER), now)
  if (!lifetime) deny('invalid-header', 'one of Stream-TTL (whole seconds) and Stream-Expires-At (RFC 3339)')
  const branch = await readFork(core, call)
  const body = await readBody(exchange, limits)
  const type = contentType ?? branch?.source?.contentType ?? DEFAULT_CONTENT_TYPE
  const bytes = encodeBody(modeOf(type), body)
  const command: Create = {
    type: 'create',
    path,
    now,
    incarnation: readHeader(headers, STREAM_INCARNATION_HEADER, limits),
    fresh: newIncarnation(),
    contentType,
    lifetime,
    closed: wantsClosed(headers),
    fork: branch?.fork,
    ...('code' in bytes
      ? { bytes: new Uint8Array(), malformed: bytes }
      : { bytes, malformed: branch?.malformed }),
  }
  const verdict = await store.commit({ path, source: branch?.fork.path }, (known) => decide(known, command))
  if (!verdict.ok) return answerRefusal(verdict.refusal, verdict.state)
  const { outcome, state } = verdict
  return answer(outcome === 'created' ? 201 : 200, null, {
    ...NO_STORE,
    ...streamHeaders(state),
    'Content-Type': state.contentType,
    ...(outcome === 'created' && { Location: locationOf(exchange.url) }),
  })
}

function locationOf(url: string): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}

export async function remove(core: Core, call: Call): Promise<Answer> {
  await permit(core, call, 'delete')
  const { path, exchange } = call
  const incarnation = readHeader(exchange.headers, STREAM_INCARNATION_HEADER, core.limits)
  const verdict = await core.store.commit({ path }, (known) =>
    decide(known, { type: 'delete', path, incarnation, now: core.now() }),
  )
  if (!verdict.ok) return answerRefusal(verdict.refusal, verdict.state)
  return answer(204, null, { ...NO_STORE, [STREAM_INCARNATION_HEADER]: verdict.state.incarnation })
}
