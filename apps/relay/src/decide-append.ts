import type { ProducerTag } from '@strandline/client/protocol'
import {
  PRODUCER_EPOCH_HEADER,
  PRODUCER_EXPECTED_SEQ_HEADER,
  PRODUCER_RECEIVED_SEQ_HEADER,
} from '@strandline/client/protocol'
import { type Append, isRefused, type Known, present, refused, type Verdict } from './command.ts'
import { touched } from './lifetime.ts'
import { mediaType } from './payload.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { ProducerState, StreamState } from './state.ts'

/** Order of the checks: closed, then content type, then what the body holds, then who sends it. */
export function decideAppend(known: Known, command: Append): Verdict {
  const state = present(known.target, command.now)
  if (isRefused(state)) return state
  const producer = judgeProducer(known.producer, command.producer)
  if (state.closure) return appendToClosed(state, command, producer)
  const fault = faultOf(state, command)
  if (fault) return refused(fault, state)
  switch (producer.kind) {
    case 'refused':
      return refused(producer.refusal, state)
    case 'duplicate':
      return duplicate(state, command, producer.state)
    case 'none':
    case 'next':
      return accept(state, command)
  }
}

type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'next' }
  | { readonly kind: 'duplicate'; readonly state: ProducerState }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

function judgeProducer(last: ProducerState | undefined, tag: ProducerTag | undefined): Standing {
  if (tag === undefined) return { kind: 'none' }
  if (last && tag.epoch < last.epoch) {
    const headers = { [PRODUCER_EPOCH_HEADER]: String(last.epoch) }
    return {
      kind: 'refused',
      refusal: refuse('stale-epoch', 'a newer session of this producer exists', headers),
    }
  }
  if (last && tag.epoch > last.epoch && tag.seq !== 0) {
    return {
      kind: 'refused',
      refusal: refuse('epoch-not-at-zero', 'a new epoch begins with sequence number 0'),
    }
  }
  const expected = last && tag.epoch === last.epoch ? last.seq + 1 : 0
  if (last && tag.seq < expected) return { kind: 'duplicate', state: last }
  if (tag.seq === expected) return { kind: 'next' }
  const headers = {
    [PRODUCER_EXPECTED_SEQ_HEADER]: String(expected),
    [PRODUCER_RECEIVED_SEQ_HEADER]: String(tag.seq),
  }
  return {
    kind: 'refused',
    refusal: refuse('producer-gap', 'sequence numbers are missing before this one', headers),
  }
}

function appendToClosed(state: StreamState, command: Append, producer: Standing): Verdict {
  if (producer.kind === 'refused' && producer.refusal.code === 'stale-epoch') {
    return refused(producer.refusal, state)
  }
  if (producer.kind === 'duplicate') return duplicate(state, command, producer.state)
  if (command.close && command.bytes.length === 0 && !command.malformed && producer.kind === 'none') {
    return { ok: true, outcome: 'closed', state }
  }
  return refused(refuse('closed', 'the stream is closed'), state)
}

function faultOf(state: StreamState, command: Append): Refusal | undefined {
  const { bytes, close, contentType, malformed } = command
  if (bytes.length > 0 || (malformed && malformed.code !== 'empty-body')) {
    if (contentType === undefined) return refuse('missing-content-type', 'an append names its content type')
    if (contentType !== state.contentType && mediaType(contentType) !== mediaType(state.contentType)) {
      return refuse('content-type-mismatch', `the stream holds ${mediaType(state.contentType)}`)
    }
  }
  if (malformed) return malformed
  if (bytes.length === 0 && !close) return refuse('empty-body', 'there is nothing to append')
  return undefined
}

function duplicate(state: StreamState, command: Append, last: ProducerState): Verdict {
  const id = command.producer?.id ?? ''
  return { ok: true, outcome: 'duplicate', state, producer: { id, state: last } }
}

function accept(state: StreamState, command: Append): Verdict {
  const { bytes, close, now, producer, seq } = command
  if (seq !== undefined && state.seq !== undefined && !after(seq, state.seq)) {
    return refused(refuse('stream-seq-conflict', 'Stream-Seq is not above the last one'), state)
  }
  // Spelled out: a spread of what was made by a spread costs more than all else that is done for an append.
  const next = {
    incarnation: state.incarnation,
    contentType: state.contentType,
    tail: state.tail + bytes.length,
    lifetime: touched(state.lifetime, now),
    closure: close ? { by: producer } : undefined,
    seq: seq ?? state.seq,
    origin: state.origin,
    inherited: state.inherited,
    forks: state.forks,
    hidden: state.hidden,
  } satisfies Record<keyof StreamState, unknown>
  return {
    ok: true,
    outcome: close && bytes.length === 0 ? 'closed' : 'appended',
    state: next,
    producer: producer && { id: producer.id, state: { epoch: producer.epoch, seq: producer.seq } },
    write: { type: 'append', batch: bytes.length > 0 ? { at: state.tail, bytes } : undefined },
  }
}

/** Bytewise order. Header values hold one byte per character, so comparing their characters is that. */
function after(a: string, b: string): boolean {
  return a > b
}
