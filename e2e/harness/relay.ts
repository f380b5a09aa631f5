import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { reap } from './children.ts'
import { eventually } from './eventually.ts'
import { tempFolder } from './folder.ts'
import { freePort } from './port.ts'
import type { Resource } from './use.ts'

const bin = fileURLToPath(new URL('../../apps/relay/dist/main.js', import.meta.url))

export interface RelayOptions {
  /** A folder that outlives this relay; without it one that goes with it. */
  data?: string
  /** A built page to serve beside the streams. */
  web?: string
  port?: number
  flags?: string[]
}

/** A server in whose streams a test looks; the relay, or the reference. */
export interface StreamServer extends Resource {
  readonly url: string
  /** Where a stream of this path lives. */
  stream(path: string): string
  /** Ends it in good order. */
  stop(): Promise<void>
  /** Starts it again on the same port and data. */
  start(): Promise<void>
}

export interface Relay extends StreamServer {
  readonly data: string
  /** Everything it has printed. */
  readonly output: string
  /** kill -9: no goodbye, nothing flushed. */
  kill(): Promise<void>
}

/** Milliseconds; on a machine that is busy with much else a process takes its time to begin. */
const START = 60_000

async function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.ok,
    () => false,
  )
}

/** The relay as people run it: the built bin, in a process of its own. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  if (!existsSync(bin)) throw new Error('the relay is not built: npm run build')
  const folder = options.data === undefined ? await tempFolder('relay') : undefined
  const data = options.data ?? folder?.path ?? ''
  const port = options.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  const web = options.web === undefined ? [] : ['--web', options.web]
  const flags = ['--port', String(port), '--data', data, ...web, ...(options.flags ?? [])]
  let output = ''
  let child: ChildProcess | undefined

  const start = async () => {
    if (child) return
    const started = spawn(process.execPath, [bin, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    reap(started)
    const hasEnded = () => started.exitCode !== null || started.signalCode !== null
    const up = () => eventually(async () => hasEnded() || (await isHealthy(url)), Boolean, { within: START })
    const failed = await up().then(hasEnded, () => true)
    if (failed) throw new Error(`the relay did not start: ${output}`)
  }
  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const exit = once(ending, 'exit')
    ending.kill(signal)
    await exit
  }

  await start()
  return {
    url,
    data,
    stream: (path) => `${url}/v1/stream/${path}`,
    get output() {
      return output
    },
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async dispose() {
      await end('SIGKILL')
      await folder?.dispose()
    },
  }
}
