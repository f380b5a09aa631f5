import type { IncomingMessage, ServerResponse } from 'node:http'
import { brokenOff, tooLarge } from '../body.ts'
import type { Exchange, HeaderView } from '../exchange.ts'
import { splitUrl } from '../request.ts'

/** A host name or address with an optional port; anything else is never made part of a URL. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i

/** A message of Node's as the relay sees it: nothing is made that is not asked for. */
export class NodeExchange implements Exchange {
  readonly pathname: string
  readonly search: string
  readonly headers: HeaderView
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  #leaving: AbortController | undefined
  #request: Request | undefined

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const { pathname, search } = splitUrl(incoming.url ?? '/')
    this.pathname = pathname
    this.search = search
    this.headers = new IncomingHeaders(incoming)
    this.#incoming = incoming
    this.#outgoing = outgoing
  }

  get method(): string {
    return this.#incoming.method ?? 'GET'
  }

  get url(): string {
    const { headers, url = '/' } = this.#incoming
    if (!url.startsWith('/')) return url
    return `http://${headers.host !== undefined && HOST.test(headers.host) ? headers.host : 'localhost'}${url}`
  }

  get request(): Request {
    this.#request ??= new Request(this.url, {
      method: this.method,
      headers: headersOf(this.#incoming),
      signal: this.signal,
    })
    return this.#request
  }

  get signal(): AbortSignal {
    if (this.#leaving) return this.#leaving.signal
    const leaving = new AbortController()
    this.#leaving = leaving
    const outgoing = this.#outgoing
    const abort = () => {
      if (!outgoing.writableFinished) leaving.abort()
    }
    if (outgoing.destroyed) abort()
    else outgoing.once('close', abort)
    return leaving.signal
  }

  body(limit: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const incoming = this.#incoming
      const chunks: Buffer[] = []
      let size = 0
      const broken = () => reject(brokenOff())
      const take = (chunk: Buffer) => {
        size += chunk.length
        if (size <= limit) {
          chunks.push(chunk)
          return
        }
        incoming.off('data', take).pause()
        reject(tooLarge(limit))
      }
      incoming.on('data', take)
      incoming.on('end', () => {
        const [first] = chunks
        resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks))
      })
      if (incoming.destroyed) broken()
      else incoming.on('error', broken)
    })
  }
}

class IncomingHeaders implements HeaderView {
  readonly #incoming: IncomingMessage

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming
  }

  get(name: string): string | null {
    const value = this.#incoming.headers[lowerCase(name)]
    return typeof value === 'string' ? value : (value?.join(', ') ?? null)
  }

  has(name: string): boolean {
    return this.#incoming.headers[lowerCase(name)] !== undefined
  }
}

/** Names asked for come from code, so this stays small; a string made anew each time is slow to look up. */
const lowerCased = new Map<string, string>()

function lowerCase(name: string): string {
  const known = lowerCased.get(name)
  if (known !== undefined) return known
  const made = name.toLowerCase()
  lowerCased.set(name, made)
  return made
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
  return headers
}
