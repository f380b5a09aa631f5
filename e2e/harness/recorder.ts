import type { BrowserContext, Request } from 'playwright-core'

export interface RecordedRequest {
  method: string
  /** Path and query. */
  url: string
  /** Undefined while there is no answer, and for good when there never was one. */
  status: number | undefined
  /** Of the answer's body, so far. */
  bytes: number
}

/** What pages of a browser ask for, with what came back. Tails that are still open count no bytes yet. */
export function recordRequests(context: BrowserContext): RecordedRequest[] {
  const records: RecordedRequest[] = []
  const known = new Map<Request, RecordedRequest>()
  context.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    const record = { method: request.method(), url: pathname + search, status: undefined, bytes: 0 }
    known.set(request, record)
    records.push(record)
  })
  context.on('response', (response) => {
    const record = known.get(response.request())
    if (record) record.status = response.status()
  })
  context.on('requestfinished', async (request) => {
    const record = known.get(request)
    const sizes = await request.sizes().catch(() => undefined)
    if (record && sizes) record.bytes = sizes.responseBodySize
  })
  return records
}
