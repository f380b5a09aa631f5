import type { RelayOptions } from '@strandline/relay'
import { createMockRelay, type Failure, type MockRelay } from '@strandline/relay/msw'

export interface LogItem {
  readonly type: string
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
  readonly headers: { readonly operation: string; readonly txid?: string }
}

export function testRelay(options: Pick<RelayOptions, 'authorize'> = {}): MockRelay {
  return createMockRelay({ ...options, baseUrl: 'http://relay.test' })
}

/** What a stream holds, all of which is items of the State Protocol. */
export async function itemsOf(relay: MockRelay, path: string): Promise<readonly LogItem[]> {
  return (await relay.read(path)) as LogItem[]
}

/** For `failNext`: every request is answered with `status`, until that is undone. */
export function failing(status: number): Failure {
  return { status, times: Number.POSITIVE_INFINITY }
}
