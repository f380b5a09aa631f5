import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reap } from '../harness/children.ts'
import { freePort } from '../harness/port.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const bin = join(root, 'apps/relay/dist/main.js')

export async function scratch(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'strandline-relay-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly url: string
  readonly pid: number
  /** What it has written to stderr so far. */
  log(): string
  /** Resolves when the process is gone. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<Ended & { ms: number }>
}

/** `FILE_LIMIT_KIB`: how large a file the process may write, as on a disk that is full. */
type Env = Readonly<Record<string, string>>

function launch(
  args: readonly string[],
  env: Env,
): { child: ChildProcess; ended: Promise<Ended>; log: () => string } {
  const { PATH = '' } = process.env
  const { FILE_LIMIT_KIB, ...rest } = env
  const limit = FILE_LIMIT_KIB === undefined ? '' : `ulimit -f ${FILE_LIMIT_KIB}; `
  const child = spawn('bash', ['-c', `${limit}exec "$0" "$@"`, process.execPath, bin, ...args], {
    env: { PATH, ...rest },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  reap(child)
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, out, err })),
  )
  return { child, ended, log: () => err }
}

/** Of stdout, whatever pieces it comes in. */
function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
  })
}

/** Runs the bin to its end. */
export function runRelay(args: readonly string[], env: Env = {}): Promise<Ended> {
  return launch(args, env).ended
}

/** Starts the bin on a port of its own and waits for its URL. */
export async function startRelay(args: readonly string[], env: Env = {}): Promise<Running> {
  for (;;) {
    const { child, ended, log } = launch(['--port', String(await freePort()), ...args], env)
    const url = await Promise.race([firstLine(child), ended])
    if (typeof url !== 'string') {
      if (url.err.includes('is in use on')) continue
      throw new Error(`the relay did not start: ${url.err}`)
    }
    return {
      url,
      pid: child.pid ?? 0,
      log,
      end: async (signal) => {
        const began = performance.now()
        child.kill(signal)
        return { ...(await ended), ms: performance.now() - began }
      },
    }
  }
}

/** An HS256 token, made without the library that checks it. */
export function signToken(claims: object, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
