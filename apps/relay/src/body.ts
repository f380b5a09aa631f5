import type { Exchange } from './exchange.ts'
import type { Limits } from './limits.ts'
import { RefusalError, refuse } from './refusal.ts'

/** The whole body; rejects with the refusal when it is over the limit, declared or not. */
export function readBody(exchange: Exchange, { body: limit }: Limits): Promise<Uint8Array> {
  const declared = exchange.headers.get('Content-Length')
  return declared !== null && Number(declared) > limit
    ? Promise.reject(tooLarge(limit))
    : exchange.body(limit)
}

export function tooLarge(limit: number): RefusalError {
  return new RefusalError(refuse('too-large', `a body has at most ${limit} bytes`))
}

export function brokenOff(): RefusalError {
  return new RefusalError(refuse('invalid-request', 'the body broke off'))
}
