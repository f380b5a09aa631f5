import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { delegates } from '../lazy.ts'

/** A host name or address with an optional port; anything else is never made part of a URL. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i

/**
 * An incoming message as a Request. Method, URL, single headers and a whole body are read from the message
 * itself; a Request of the platform's is made when anything else is asked for.
 */
export function requestOf(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const request: Made = Object.create(requestPrototype)
  request[message] = incoming
  request[reply] = outgoing
  return request as unknown as Request
}

const message: unique symbol = Symbol('message')
const reply: unique symbol = Symbol('reply')
const made: unique symbol = Symbol('made')
const leaving: unique symbol = Symbol('leaving')
const fields: unique symbol = Symbol('fields')

interface Made {
  [message]: IncomingMessage
  [reply]: ServerResponse
  [made]?: Request
  [leaving]?: AbortController
  [fields]?: MadeHeaders
}

interface MadeHeaders {
  [message]: IncomingMessage
  [made]?: Headers
}

function urlOf({ headers: { host }, url = '/' }: IncomingMessage): string {
  if (!url.startsWith('/')) return url
  return `http://${host !== undefined && HOST.test(host) ? host : 'localhost'}${url}`
}

/** Aborts when the answer is cut short, by the client or with the server. */
function signalOf(self: Made): AbortSignal {
  const known = self[leaving]
  if (known) return known.signal
  const controller = new AbortController()
  self[leaving] = controller
  const outgoing = self[reply]
  const abort = () => {
    if (!outgoing.writableFinished) controller.abort()
  }
  if (outgoing.destroyed) abort()
  else outgoing.once('close', abort)
  return controller.signal
}

function realize(self: Made): Request {
  const incoming = self[message]
  const { method = 'GET' } = incoming
  const body = method === 'GET' || method === 'HEAD' ? undefined : Readable.toWeb(incoming)
  const init = { method, headers: realizeHeaders(incoming), signal: signalOf(self), body, duplex: 'half' }
  self[made] ??= new Request(urlOf(incoming), init as RequestInit)
  return self[made]
}

function realizeHeaders({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
  return headers
}

function readWhole(incoming: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const broken = () => {
      if (!incoming.readableEnded) reject(new Error('the body broke off'))
    }
    if (incoming.destroyed) broken()
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks))
    })
    incoming.on('error', broken)
    incoming.on('close', broken)
  })
}

const headersPrototype: object = Object.create(Headers.prototype, {
  ...delegates<Headers>(
    (self) => {
      const headers = self as MadeHeaders
      headers[made] ??= realizeHeaders(headers[message])
      return headers[made]
    },
    [],
    ['append', 'delete', 'entries', 'forEach', 'getSetCookie', 'keys', 'set', 'values', Symbol.iterator],
  ),
  get: {
    value(this: MadeHeaders, name: string) {
      const value = this[message].headers[name.toLowerCase()]
      return Array.isArray(value) ? value.join(', ') : (value ?? null)
    },
  },
  has: {
    value(this: MadeHeaders, name: string) {
      return this[message].headers[name.toLowerCase()] !== undefined
    },
  },
})

const requestPrototype: object = Object.create(Request.prototype, {
  ...delegates<Request>(
    (self) => realize(self as Made),
    [
      'body',
      'bodyUsed',
      'cache',
      'credentials',
      'destination',
      'integrity',
      'keepalive',
      'mode',
      'redirect',
      'referrer',
    ],
    ['blob', 'clone', 'formData', 'json', 'text'],
  ),
  method: {
    get(this: Made) {
      return this[message].method ?? 'GET'
    },
  },
  url: {
    get(this: Made) {
      return urlOf(this[message])
    },
  },
  headers: {
    get(this: Made) {
      if (this[fields]) return this[fields]
      const headers: MadeHeaders = Object.create(headersPrototype)
      headers[message] = this[message]
      this[fields] = headers
      return headers
    },
  },
  signal: {
    get(this: Made) {
      return signalOf(this)
    },
  },
  bytes: {
    value(this: Made) {
      return readWhole(this[message])
    },
  },
  arrayBuffer: {
    async value(this: Made) {
      return new Uint8Array(await readWhole(this[message])).buffer
    },
  },
})
