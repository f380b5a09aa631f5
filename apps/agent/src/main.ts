#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HeadersRecord } from '@strandline/client'
import { startAgent } from './agent.ts'
import { systemClock } from './clock.ts'
import { cliEngine } from './engine/cli/cli.ts'
import { demoEngine } from './engine/demo/demo.ts'
import type { Engine } from './engine/engine.ts'
import { type MainOptions, OptionError, readOptions, USAGE } from './options.ts'
import { jsonReport } from './report.ts'

/** Milliseconds of the demo's cold start. */
const DEMO_START_MS = 400

const report = jsonReport((line) => process.stderr.write(line), Date.now)

function engineOf(options: MainOptions): Engine {
  const clock = systemClock
  if (options.engine === 'cli') {
    const { command, models, skipPermissions } = options
    return cliEngine({ command, models, skipPermissions, clock, spawn, signalGroup })
  }
  return demoEngine({ clock, rate: options.rate, startMs: DEMO_START_MS })
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // ESRCH: the group is gone, which is what was asked for.
  }
}

function headersOf({ token, tokenFile }: MainOptions): HeadersRecord {
  if (tokenFile !== undefined)
    return { authorization: async () => `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}` }
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

/** One folder a relay and name: what is in it at the start was left by an earlier agent of that name. */
function folderOf({ relay, root, id }: MainOptions): string {
  const own = createHash('sha256').update(`${relay}\n${root}\n${id}`).digest('hex').slice(0, 16)
  return join(tmpdir(), `strandline-agent-${own}`)
}

async function run(options: MainOptions): Promise<void> {
  const { relay, root, id, name, owners, workspaces, timing } = options
  const agent = startAgent({
    relay,
    root,
    id,
    name,
    owners,
    workspaces,
    timing,
    engine: engineOf(options),
    headers: headersOf(options),
    folder: folderOf(options),
    clock: systemClock,
    fetch,
    report,
  })
  let ending: Promise<void> | undefined
  const end = (code: number) => {
    ending ??= agent.close().then(() => process.exit(code))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(0))
  void agent.replaced.then((error) => {
    report('replaced', { why: error.message })
    end(3)
  })
  try {
    await agent.ready
  } catch (error) {
    if (ending) return
    process.stderr.write(
      `strandline-agent: ${relay}: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    end(1)
    return
  }
  process.stdout.write(`${id} (${options.engine}) serves ${relay}\n`)
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options) await run(options)
  else process.stdout.write(`${USAGE}\n`)
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  process.stderr.write(`strandline-agent: ${error.message}\n`)
  process.exit(1)
}
