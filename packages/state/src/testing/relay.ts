import { createMockRelay, type Failure, type MockRelay } from '@strandline/relay/msw'

export function testRelay(): MockRelay {
  return createMockRelay({ baseUrl: 'http://relay.test' })
}

/** For `failNext`: every append is answered with `status`, until that is undone. */
export function refusing(status: number): Failure {
  return { ...failing(status), method: 'POST' }
}

/** Likewise every request. */
export function failing(status: number): Failure {
  return { status, times: Number.POSITIVE_INFINITY }
}

/** Longer than any test. */
export const FOREVER = 1_000_000
