import { fork } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('server.mjs', import.meta.url))
const scratch = fileURLToPath(new URL('../../.cache/', import.meta.url))

const next = (process) => new Promise((resolve) => process.once('message', resolve))

/** Starts a server of `kind` on an empty folder of the disk the repository is on. */
export async function startServer(kind) {
  const folder = await mkdtemp(join(scratch, 'bench-relay-'))
  const server = fork(child, [kind, folder], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { url } = await next(server)
  const ask = (what) => {
    const answer = next(server)
    server.send(what)
    return answer
  }
  return {
    kind,
    pid: server.pid,
    url,
    /** CPU time so far in ms. */
    cpu: () => ask('cpu'),
    /** Memory in bytes after a full collection. */
    usage: () => ask('memory'),
    /**
     * Memory in bytes that is the process's own; pages of mapped files are the system's to take back. 0 once the
     * process is gone.
     */
    anonymous: async () => {
      const status = await readFile(`/proc/${server.pid}/status`, 'utf8').catch(() => '')
      return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    },
    stop: async () => {
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}
