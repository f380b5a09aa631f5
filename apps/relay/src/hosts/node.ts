import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { answerRefusal } from '../answer.ts'
import type { Answer, Exchange } from '../exchange.ts'
import { type Refusal, refuse, STATUS } from '../refusal.ts'
import { refuseStranger } from './names.ts'
import { NodeExchange } from './node-exchange.ts'
import { writeAnswer } from './node-write.ts'

/** Whatever answers requests: a relay, or a relay with something around it. */
export interface Handler {
  /** Answers one request; never rejects. */
  answer(exchange: Exchange): Promise<Answer>
  /** Ends live reads and whatever else it holds; part of closing the server. */
  close(): Promise<void>
}

/** What a client gets to send its headers, and its whole request, in ms; beyond it 408. */
export interface Timeouts {
  /** Default 15,000. */
  readonly headers: number
  /** Default 30,000. */
  readonly request: number
}

/** Where a relay listens. */
export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** The address to listen at: `127.0.0.1` for this machine alone, `0.0.0.0` for all. */
  readonly host: string
  /** For who sends slowly, or not at all. */
  readonly timeouts?: Timeouts
  /**
   * Host names, besides those of loopback, by which the relay may be asked and from whose pages. Undefined:
   * any, which is right only where credentials are asked for, or nobody has anything to hide.
   */
  readonly names?: readonly string[] | undefined
}

/** A relay that listens. */
export interface Served {
  /** With the port that was taken, and no slash at its end. */
  readonly url: string
  /** Stops listening, lets answers finish, closes the handler; then drops what connections are left. */
  close(): Promise<void>
}

const DEFAULT_TIMEOUTS: Timeouts = { headers: 15_000, request: 30_000 }
const KEEP_ALIVE_MS = 65_000
/** What readers that do not drain get to take the end of their answer. */
const LINGER_MS = 500

/** Serves a relay over HTTP/1.1. Rejects when the address cannot be had. */
export function serve(
  handler: Handler,
  { host, names, port, timeouts = DEFAULT_TIMEOUTS }: ServeOptions,
): Promise<Served> {
  const server = createServer(
    {
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      connectionsCheckingInterval: Math.ceil(Math.min(timeouts.headers, timeouts.request) / 3),
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    listenerOf(names === undefined ? handler : onlyFor(new Set(names), handler)),
  )
  server.on('clientError', (error, socket) => refuseRaw(error, socket))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : port
      const name = host.includes(':') ? `[${host}]` : host
      resolve({ url: `http://${name}:${bound}`, close: () => stop(server, handler) })
    })
  })
}

function onlyFor(names: ReadonlySet<string>, handler: Handler): Handler {
  return {
    answer: async (exchange) => {
      const refusal = refuseStranger(exchange.headers, names)
      return refusal ? answerRefusal(refusal) : handler.answer(exchange)
    },
    close: () => handler.close(),
  }
}

function listenerOf(handler: Handler) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    handler
      .answer(new NodeExchange(incoming, outgoing))
      .then((answer) => writeAnswer(incoming, outgoing, answer))
      .catch(() => outgoing.destroy())
  }
}

async function stop(server: Server, handler: Handler): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await handler.close()
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), LINGER_MS)
  await closed
  clearTimeout(cut)
}

/** Answers what the HTTP parser gave up on, in the one form all refusals have. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { code, message } = refusalOf(error.code)
  const body = JSON.stringify({ error: { code, message } })
  const head = [
    `HTTP/1.1 ${STATUS[code]} Refused`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function refusalOf(code: string | undefined): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refuse('headers-too-large', 'the headers are larger than 16 KiB')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refuse('timeout', 'the request took too long to arrive')
    default:
      return refuse('invalid-request', 'the request is not valid HTTP')
  }
}
