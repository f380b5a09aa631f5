import { PRODUCER_EPOCH_HEADER, PRODUCER_ID_HEADER, PRODUCER_SEQ_HEADER } from './headers.ts'

/** What makes an append idempotent: who, in which session, the how-manieth request (PROTOCOL, 5.2.1). */
export interface ProducerTag {
  readonly id: string
  /** 0 to 2^53 - 1. */
  readonly epoch: number
  /** 0 to 2^53 - 1, counts requests within one epoch. */
  readonly seq: number
}

/** The three request headers of a tag; all or none may be sent. */
export function producerHeaders(tag: ProducerTag): Record<string, string> {
  return {
    [PRODUCER_ID_HEADER]: tag.id,
    [PRODUCER_EPOCH_HEADER]: String(tag.epoch),
    [PRODUCER_SEQ_HEADER]: String(tag.seq),
  }
}

/** A header's non-negative safe integer in plain decimal, or undefined when it is absent or anything else. */
export function readInteger(headers: Pick<Headers, 'get'>, name: string): number | undefined {
  const text = headers.get(name)
  if (text === null || !/^(0|[1-9]\d{0,15})$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
