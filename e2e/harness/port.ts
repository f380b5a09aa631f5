import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that the system hands out by itself, to a client's end of a connection, say, while the port waits. */
const [FIRST, COUNT] = [10_000, 20_000]
const given = new Set<number>()

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const free = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (free) await once(server.close(), 'close')
  return free
}

/** A port that was free a moment ago, and that nobody is given by chance: for what has to come back on the same one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}
