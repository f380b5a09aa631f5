import type { Relay } from '../index.ts'

export interface Init {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

export const JSON_TYPE: Record<string, string> = { 'Content-Type': 'application/json' }

/** Talks to a relay in this process: `path` is below `/v1/stream/`, or from the root when it begins with `/`. */
export function ask(relay: Pick<Relay, 'fetch'>, path: string, init: Init = {}): Promise<Response> {
  const url = path.startsWith('/') ? path : `/v1/stream/${path}`
  return relay.fetch(new Request(`http://relay.test${url}`, init as RequestInit))
}

export function put(relay: Pick<Relay, 'fetch'>, path: string, init: Init = {}): Promise<Response> {
  return ask(relay, path, { ...init, method: 'PUT', headers: { ...JSON_TYPE, ...init.headers } })
}

export function post(
  relay: Pick<Relay, 'fetch'>,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return ask(relay, path, { method: 'POST', body, headers: { ...JSON_TYPE, ...headers } })
}

/** The closed code in an error answer. */
export async function codeOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  return error.code
}

export function offsetOf(response: Response): string | null {
  return response.headers.get('Stream-Next-Offset')
}
