import { DurableStreamTestServer } from '@durable-streams/server'
import { tempFolder } from './folder.ts'
import { freePort } from './port.ts'
import type { StreamServer } from './relay.ts'

/**
 * The protocol's own server from npm, on disk. It takes any path as a stream, so the same paths work as on the
 * relay; it knows no /health and no incarnation.
 */
export async function startReference(): Promise<StreamServer> {
  const folder = await tempFolder('reference')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let server: DurableStreamTestServer | undefined

  const start = async () => {
    server ??= new DurableStreamTestServer({ port, host: '127.0.0.1', dataDir: folder.path })
    await server.start()
  }
  const stop = async () => {
    const ending = server
    server = undefined
    await ending?.stop()
  }

  await start()
  return {
    url,
    stream: (path) => `${url}/v1/stream/${path}`,
    start,
    stop,
    async dispose() {
      await stop()
      await folder.dispose()
    },
  }
}
