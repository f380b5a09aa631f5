import { LIVE_QUERY_PARAM } from '@strandline/client/protocol'
import { answerJson, answerPreflight, answerRefusal } from './answer.ts'
import { type Call, type Core, permit } from './core.ts'
import type { Answer, Exchange } from './exchange.ts'
import { deny, RefusalError, refuse } from './refusal.ts'
import { readPath, STREAM_PREFIX } from './request.ts'
import { append } from './routes/append.ts'
import { sse } from './routes/live.ts'
import { create, remove } from './routes/manage.ts'
import { catchUp, head, longPoll } from './routes/read.ts'

/** Answers one exchange; never rejects. */
export type App = (exchange: Exchange) => Promise<Answer>

const METHODS = 'GET, HEAD, PUT, POST, DELETE, OPTIONS'

/** The routes over a core, every refusal and fault rendered. */
export function createApp(core: Core, stats: () => object): App {
  return async (exchange) => {
    try {
      return await route(core, exchange, stats)
    } catch (error) {
      if (error instanceof RefusalError) return answerRefusal(error.refusal)
      core.report({ event: 'fault' }, error)
      return answerRefusal(refuse('internal', 'the relay failed; nothing was stored'))
    }
  }
}

function route(core: Core, exchange: Exchange, stats: () => object): Promise<Answer> | Answer {
  const { method, pathname } = exchange
  if (method === 'OPTIONS') return answerPreflight()
  if (pathname.startsWith(STREAM_PREFIX)) {
    const handle = onStream(method)
    return handle(core, { path: readPath(pathname, core.limits), exchange })
  }
  if (method === 'GET' || method === 'HEAD') {
    if (pathname === '/health') return answerJson(200, { status: 'ok' })
    if (pathname === '/stats') return answerStats(core, exchange, stats)
  }
  return deny('no-route', 'nothing is served here')
}

function onStream(method: string): (core: Core, call: Call) => Promise<Answer> {
  switch (method) {
    case 'POST':
      return append
    case 'GET':
      return read
    case 'HEAD':
      return head
    case 'PUT':
      return create
    case 'DELETE':
      return remove
    default:
      return deny('method-not-allowed', `streams know ${METHODS}`, { Allow: METHODS })
  }
}

async function answerStats(core: Core, exchange: Exchange, stats: () => object): Promise<Answer> {
  await permit(core, { path: '**', exchange }, 'read')
  return answerJson(200, stats())
}

async function read(core: Core, call: Call): Promise<Answer> {
  const { headers, search } = call.exchange
  if (headers.get('Upgrade')?.toLowerCase() === 'websocket') {
    deny('upgrade-refused', 'tails are served as server-sent events', {
      Upgrade: 'HTTP/1.1',
      Connection: 'Upgrade',
    })
  }
  const query = new URLSearchParams(search)
  const modes = query.getAll(LIVE_QUERY_PARAM)
  if (modes.length === 0) return catchUp(core, call, query)
  if (modes[0] === 'sse' && modes.length === 1) return sse(core, call, query)
  if (modes[0] === 'long-poll' && modes.length === 1) return longPoll(core, call, query)
  return deny('invalid-request', 'live is long-poll or sse')
}
