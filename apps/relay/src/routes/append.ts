import {
  PRODUCER_EPOCH_HEADER,
  PRODUCER_SEQ_HEADER,
  STREAM_INCARNATION_HEADER,
  STREAM_SEQ_HEADER,
} from '@strandline/client/protocol'
import { answer, answerRefusal, streamHeaders } from '../answer.ts'
import { readBody } from '../body.ts'
import type { Append, Verdict } from '../command.ts'
import { type Call, type Core, permit } from '../core.ts'
import { decide } from '../decide.ts'
import type { Answer } from '../exchange.ts'
import { encodeBody, modeOf } from '../payload.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { readContentType, readHeader, readProducer, wantsClosed } from '../request.ts'

/** POST: append, close, or both at once. */
export async function append(core: Core, call: Call): Promise<Answer> {
  if (core.authorize) await permit(core, call, 'append')
  const { limits, now, store } = core
  const { path, exchange } = call
  const { headers } = exchange
  const contentType = readContentType(headers, limits)
  const producer = readProducer(headers, limits)
  const seq = readHeader(headers, STREAM_SEQ_HEADER, limits)
  const incarnation = readHeader(headers, STREAM_INCARNATION_HEADER, limits)
  const body = readItems(contentType, await readBody(exchange, limits))
  const fault = 'code' in body ? body : producer && 'code' in producer ? producer : undefined
  const command: Append = {
    type: 'append',
    path,
    now: now(),
    incarnation,
    contentType,
    seq,
    close: wantsClosed(headers),
    producer: producer && 'code' in producer ? undefined : producer,
    bytes: 'code' in body ? NOTHING : body,
    malformed: fault,
  }
  const verdict = await store.commit({ path, producer: command.producer?.id }, (known) =>
    decide(known, command),
  )
  return answerAppend(verdict)
}

const NOTHING = new Uint8Array()

function readItems(contentType: string | undefined, body: Uint8Array): Uint8Array | Refusal {
  if (body.length === 0 || contentType === undefined) return body
  const items = encodeBody(modeOf(contentType), body)
  if ('code' in items || items.length > 0) return items
  return refuse('empty-body', 'an empty array appends nothing')
}

function answerAppend(verdict: Verdict): Answer {
  if (!verdict.ok) return answerRefusal(verdict.refusal, verdict.state)
  const { outcome, producer, state } = verdict
  const headers = streamHeaders(state)
  headers['Cache-Control'] = 'no-store'
  if (producer) {
    headers[PRODUCER_EPOCH_HEADER] = String(producer.state.epoch)
    headers[PRODUCER_SEQ_HEADER] = String(producer.state.seq)
  }
  return answer(producer && outcome === 'appended' ? 200 : 204, null, headers)
}
