import type { HeadersRecord } from '@strandline/client'
import {
  PRODUCER_EPOCH_HEADER,
  PRODUCER_EXPECTED_SEQ_HEADER,
  type ProducerTag,
  producerHeaders,
  readInteger,
  STREAM_INCARNATION_HEADER,
} from '@strandline/client/protocol'
import type { Answer } from './judge.ts'

/** Milliseconds without an answer before an append is given up. */
const SILENCE = 30_000

export interface Target {
  readonly url: string
  readonly headers: HeadersRecord
  readonly fetch: typeof fetch
}

export interface Append {
  readonly tag: ProducerTag
  readonly body: string
  /** The life of the stream it is meant for, once known. */
  readonly incarnation: string | undefined
}

/** One append; rejects where there was no answer. */
export async function send(
  { url, headers, fetch }: Target,
  { tag, body, incarnation }: Append,
  signal: AbortSignal,
): Promise<Answer & { readonly incarnation: string | undefined }> {
  const own = await Promise.all(
    Object.entries(headers).map(
      async ([name, value]) => [name, typeof value === 'function' ? await value() : value] as const,
    ),
  )
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(own),
      'content-type': 'application/json',
      ...producerHeaders(tag),
      ...(incarnation !== undefined && { [STREAM_INCARNATION_HEADER]: incarnation }),
    },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(SILENCE)]),
  })
  const text = await response.text()
  return {
    status: response.status,
    epoch: readInteger(response.headers, PRODUCER_EPOCH_HEADER),
    expectedSeq: readInteger(response.headers, PRODUCER_EXPECTED_SEQ_HEADER),
    retryAfter: retryAfterOf(response.headers.get('retry-after')),
    message: messageOf(text),
    incarnation: response.headers.get(STREAM_INCARNATION_HEADER) ?? undefined,
  }
}

function retryAfterOf(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) * 1000 : undefined
}

function messageOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } }
    return typeof error?.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}
