import { LIVE_QUERY_PARAM } from '@strandline/client/protocol'
import { Hono } from 'hono'
import { answerJson, answerPreflight, answerRefusal } from './answer.ts'
import { type Call, type Core, permit } from './core.ts'
import { deny, RefusalError, refuse } from './refusal.ts'
import { readPath, STREAM_PREFIX, splitUrl } from './request.ts'
import { append } from './routes/append.ts'
import { sse } from './routes/live.ts'
import { create, remove } from './routes/manage.ts'
import { catchUp, head, longPoll } from './routes/read.ts'

const METHODS = 'GET, HEAD, PUT, POST, DELETE, OPTIONS'

/** The routes over a core, every refusal and fault rendered. */
export function createApp(core: Core, stats: () => object): Hono {
  const app = new Hono()
  const onStream = (handle: (core: Core, call: Call) => Promise<Response>) => {
    return ({ req }: { req: { raw: Request } }) => handle(core, readCall(core, req.raw))
  }
  app.get('/health', () => answerJson(200, { status: 'ok' }))
  app.get('/stats', async ({ req }) => {
    await permit(core, { path: '**', request: req.raw }, 'read')
    return answerJson(200, stats())
  })
  app.on(['GET', 'HEAD'], `${STREAM_PREFIX}*`, onStream(read))
  app.put(`${STREAM_PREFIX}*`, onStream(create))
  app.post(`${STREAM_PREFIX}*`, onStream(append))
  app.delete(`${STREAM_PREFIX}*`, onStream(remove))
  app.options('*', answerPreflight)
  app.all(`${STREAM_PREFIX}*`, () =>
    deny('method-not-allowed', `streams know ${METHODS}`, { Allow: METHODS }),
  )
  app.all('*', () => deny('no-route', 'nothing is served here'))
  app.onError((error) => {
    if (error instanceof RefusalError) return answerRefusal(error.refusal)
    core.report({ event: 'fault' }, error)
    return answerRefusal(refuse('internal', 'the relay failed; nothing was stored'))
  })
  return app
}

function readCall({ limits }: Core, request: Request): Call {
  if (request.headers.get('Upgrade')?.toLowerCase() === 'websocket') {
    deny('upgrade-refused', 'tails are served as server-sent events', {
      Upgrade: 'HTTP/1.1',
      Connection: 'Upgrade',
    })
  }
  const { pathname, search } = splitUrl(request.url)
  return { path: readPath(pathname, limits), request, search }
}

async function read(core: Core, call: Call): Promise<Response> {
  if (call.request.method === 'HEAD') return head(core, call)
  const query = new URLSearchParams(call.search)
  const modes = query.getAll(LIVE_QUERY_PARAM)
  if (modes.length === 0) return catchUp(core, call, query)
  if (modes[0] === 'sse' && modes.length === 1) return sse(core, call, query)
  if (modes[0] === 'long-poll' && modes.length === 1) return longPoll(core, call, query)
  return deny('invalid-request', 'live is long-poll or sse')
}
