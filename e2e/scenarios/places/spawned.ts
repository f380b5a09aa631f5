import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createTestRelay } from '../../../apps/relay/src/hosts/msw/test-relay.ts'
import { hostFetch } from '../../harness/fetch-host.ts'
import { tempFolder } from '../../harness/folder.ts'
import { freePort } from '../../harness/port.ts'
import { startRelay } from '../../harness/relay.ts'
import type { ScenarioRelay } from '../world.ts'

/** The relay as people run it, LMDB beneath, and before it, for each scenario, a network that fails on command. */
export interface Spawned {
  /** @param web a built page, served on the same origin and out of reach of the faults */
  front(web?: string): Promise<{ url: string; relay: ScenarioRelay; end(): Promise<void> }>
  end(): Promise<void>
}

export async function spawnRelay(): Promise<Spawned> {
  const folder = await tempFolder('scenarios')
  const behind = await startRelay({ data: folder.path })

  const wipe = async () => {
    await behind.stop()
    for (const name of await readdir(folder.path)) await rm(join(folder.path, name), { recursive: true })
    await behind.start()
  }

  return {
    async front(web) {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const relay = createTestRelay({
        baseUrl: url,
        send: async (request) => bare(await fetch(request.url.replace(url, behind.url), onward(request))),
      })
      const answer = (request: Request) =>
        request.url.startsWith(`${url}/v1/`) || web === undefined
          ? relay.fetch(request)
          : pageFile(web, new URL(request.url).pathname)
      const served = await hostFetch(answer, port)
      return { url, relay: { ...relay, wipe }, end: served.dispose }
    },
    async end() {
      await behind.dispose()
      await folder.dispose()
    },
  }
}

function onward({ method, headers, body, signal }: Request): RequestInit {
  return { method, headers, signal, ...(body && { body, duplex: 'half' }) } as RequestInit
}

/** Without what was between the two ends of one connection only. */
function bare(answer: Response): Response {
  const headers = new Headers(answer.headers)
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding'])
    headers.delete(name)
  return new Response(answer.body, { status: answer.status, headers })
}

async function pageFile(folder: string, pathname: string): Promise<Response> {
  const name = pathname.includes('.') ? pathname : 'index.html'
  const type = name.endsWith('.js') ? 'text/javascript' : 'text/html'
  const bytes = await readFile(join(folder, name)).catch(() => undefined)
  return bytes
    ? new Response(bytes, { headers: { 'content-type': `${type}; charset=utf-8` } })
    : new Response(null, { status: 404 })
}
