/** Which requests a fault is for; what is left out matches all. */
export interface Match {
  /** In capitals. */
  readonly method?: string
  /** Of the stream, as in `url(path)`, or what such paths match. */
  readonly path?: string | RegExp
  /** Live reads of one kind, or none that are live. */
  readonly live?: 'sse' | 'long-poll' | false
  /** Only where the body contains this text. */
  readonly body?: string
  /** How often; see the fault for what holds where it is left out. */
  readonly times?: number
}

/** One request as a client sent it. */
export interface RecordedRequest {
  /** In capitals. */
  readonly method: string
  /** Absolute, its query included. */
  readonly url: string
  /** Of the stream; of the URL where it is none. */
  readonly path: string
  /** Where it reads from. */
  readonly offset?: string
  /** `sse` or `long-poll`; undefined where it is none. */
  readonly live?: string
  /** Of an append by an idempotent producer. */
  readonly producer?: { readonly id: string; readonly epoch: number; readonly seq: number }
  /** The life of the stream that it was meant for. */
  readonly incarnation?: string
  /** As text; empty where it has none. */
  body: string
  /** Items in its body. */
  items: number
  /** Undefined until there is an answer, and for good where none came through. */
  status: number | undefined
  /** Of the answer's body, as far as they came through. */
  bytes: number
}

/** A request on its way, its body read. */
export interface Passing {
  readonly record: RecordedRequest
  readonly request: Request
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

export const isPath = (wanted: string | RegExp | undefined, path: string): boolean =>
  wanted instanceof RegExp ? wanted.test(path) : wanted === undefined || wanted === path

export function matches(match: Match, { record, body }: Passing): boolean {
  const { method, path, live, body: text } = match
  if (method !== undefined && method.toUpperCase() !== record.method) return false
  if (!isPath(path, record.path)) return false
  if (live !== undefined && (live === false ? record.live !== undefined : record.live !== live)) return false
  return text === undefined || new TextDecoder().decode(body).includes(text)
}
