#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Handler, type Served, serve } from './hosts/node.ts'
import { staticFiles } from './hosts/static.ts'
import { type Answer, createRelay, type Exchange, type Relay } from './index.ts'
import { jwtAuthorize } from './jwt.ts'
import { errorFields, jsonLog } from './log.ts'
import { type MainOptions, OptionError, readOptions, USAGE } from './options.ts'
import { leaveFolder, takeFolder } from './owner.ts'
import { STREAM_PREFIX } from './request.ts'
import { closesWithin } from './stop.ts'
import { lmdbStore } from './stores/lmdb.ts'
import { markClean, mend } from './stores/lmdb-mend.ts'
import { renewStore } from './stores/lmdb-renew.ts'

const STOP_CAP_MS = 2000
const EXIT_CAP_SECONDS = 0.5

const log = jsonLog((line) => process.stderr.write(line))

async function run(options: MainOptions): Promise<void> {
  const path = resolve(options.data)
  await claimFolder(path)
  await mendFolder(path)
  if (options.renew) {
    const count = await renewStore(path)
    await leaveFolder(path)
    process.stdout.write(`${count} streams begin another life\n`)
    return
  }
  if (options.web !== undefined) await checkWeb(options.web)
  const authorize = jwtAuthorize(options)
  const store = lmdbStore({ path })
  await store.opened.catch((error: unknown) => explainStore(error, path))
  const relay = createRelay({
    store,
    ...(authorize && { authorize }),
    report: ({ event, ...fields }, error) => log('error', event, { ...fields, ...errorFields(error) }),
  })
  const handler = options.web === undefined ? relay : withWeb(relay, options.web)
  const served = await serve(handler, options).catch((error: unknown) => explainListen(error, options))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(served, path))
  process.stdout.write(`${served.url}\n`)
}

async function claimFolder(path: string): Promise<void> {
  try {
    await makeFolder(path)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new OptionError(`DATA_DIR ${path} cannot be written (${codeOf(error)})`)
  }
  const owner = await takeFolder(path)
  if (owner !== undefined) throw new OptionError(`DATA_DIR ${path} is in use by process ${owner}`)
}

async function mendFolder(path: string): Promise<void> {
  const mended = await mend(path, Date.now()).catch((error: unknown) => explainStore(error, path))
  switch (mended.kind) {
    case 'sound':
      return
    case 'repaired':
      log('error', 'store-repaired', {
        lost: 'nothing; a commit that was torn is done again',
        kept: mended.kept,
      })
      return
    case 'cut':
      log('error', 'store-cut', {
        lost: 'the last writes; every stream begins another life',
        kept: mended.kept,
      })
      return
    case 'set-aside':
      log('error', 'store-set-aside', { lost: 'everything; the relay starts empty', kept: mended.kept })
  }
}

function explainStore(error: unknown, path: string): never {
  throw new OptionError(`DATA_DIR ${path}: ${error instanceof Error ? error.message : 'cannot be opened'}`)
}

/** Not `recursive`: Node's never returns where a folder cannot be made though its parent is there (/proc). */
async function makeFolder(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return
  const parent = dirname(path)
  if (parent !== path) await makeFolder(parent)
  await mkdir(path)
}

async function checkWeb(folder: string): Promise<void> {
  const index = join(folder, 'index.html')
  if (!(await stat(index).catch(() => undefined))?.isFile())
    throw new OptionError(`--web: there is no ${index}`)
}

function withWeb(relay: Relay, folder: string): Handler {
  const web = staticFiles(folder)
  const answer = async (exchange: Exchange): Promise<Answer> => {
    const { pathname } = exchange
    const own = pathname.startsWith(STREAM_PREFIX) || pathname === '/health' || pathname === '/stats'
    return (own ? undefined : await web(exchange)) ?? relay.answer(exchange)
  }
  return { answer, close: () => relay.close() }
}

function explainListen(error: unknown, { host, port }: MainOptions): never {
  const code = codeOf(error)
  if (code === 'EADDRINUSE') throw new OptionError(`PORT ${port} is in use on ${host}`)
  if (code === 'EACCES') throw new OptionError(`PORT ${port} needs more rights than this user has`)
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL')
    throw new OptionError(`HOST ${host} is not an address here`)
  throw error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

async function stop(served: Served, path: string): Promise<void> {
  const close = async (): Promise<void> => {
    await served.close()
    await markClean(path)
    await leaveFolder(path)
  }
  const closed = await closesWithin(close, STOP_CAP_MS).catch((error: unknown) => {
    log('error', 'stop-failed', errorFields(error))
    return undefined
  })
  if (closed === false) {
    log('error', 'stop-cut', { after: STOP_CAP_MS })
    killSoon()
  }
  process.exit(closed ? 0 : 1)
}

/** `process.exit` waits for its threads, without end for one that hangs in the disk: another process sees to it. */
function killSoon(): void {
  const script = `sleep ${EXIT_CAP_SECONDS}; kill -9 ${process.pid}`
  spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore' }).on('error', () => {})
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options) await run(options)
  else process.stdout.write(`${USAGE}\n`)
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  process.stderr.write(`strandline-relay: ${error.message}\n`)
  process.exit(1)
}
