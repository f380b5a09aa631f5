import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { finished } from 'node:stream/promises'
import { stripVTControlCharacters } from 'node:util'
import { root } from './root.mjs'
import { exitCodeOf, onSignal } from './signals.mjs'

/**
 * @typedef {object} Ended
 * @property {number | null} code null when a signal or the time limit ended it
 * @property {boolean} timedOut
 * @property {string[]} lines what it wrote, both streams, without colours; the last 2,000 lines
 */

const kept = 2000
const grace = 5000
const windows = process.platform === 'win32'

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/**
 * Ends a child and everything it started: children get a process group of their own.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function kill(child, signal) {
  if (child.pid === undefined) return
  try {
    if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'])
    else process.kill(-child.pid, signal)
  } catch {
    // ESRCH: the group is gone already, which is what was asked for.
  }
}

/**
 * Starts a child that dies with this script, and whose terminal signals only this script decides about.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, detached: !windows, ...options })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

process.on('exit', () => {
  for (const child of running) kill(child, 'SIGKILL')
})

onSignal((signal) => {
  const exit = () => process.exit(exitCodeOf(signal))
  if (running.size === 0) exit()
  for (const child of running) {
    child.once('close', () => running.size === 0 && exit())
    kill(child, 'SIGTERM')
  }
  setTimeout(exit, grace)
})

/**
 * Runs a command to its end; resolves whatever the end was.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log?: string, limit?: number, onLine?: (line: string) => void, shell?: boolean }} [options]
 * @returns {Promise<Ended>}
 */
export async function run(command, args, { log, limit, onLine, env, ...options } = {}) {
  if (log) mkdirSync(dirname(log), { recursive: true })
  const file = log ? createWriteStream(log) : undefined
  const child = start(command, args, {
    ...options,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  /** @type {string[]} */
  const lines = []
  /** @param {string} line */
  const take = (line) => {
    lines.push(line)
    if (lines.length > kept) lines.shift()
    onLine?.(line)
  }
  for (const stream of [child.stdout, child.stderr]) collect(stream, file, take)

  let timedOut = false
  const timer =
    limit &&
    setTimeout(() => {
      timedOut = true
      kill(child, 'SIGTERM')
      setTimeout(() => kill(child, 'SIGKILL'), grace).unref()
    }, limit)
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      take(error.message)
      resolve(null)
    })
    child.once('close', resolve)
  })
  if (timer) clearTimeout(timer)
  kill(child, 'SIGKILL')
  if (file) await finished(file.end())
  return { code, timedOut, lines }
}

/**
 * @param {import('node:stream').Readable | null} stream
 * @param {import('node:fs').WriteStream | undefined} file
 * @param {(line: string) => void} take
 */
function collect(stream, file, take) {
  if (!stream) return
  stream.setEncoding('utf8')
  let rest = ''
  stream.on('data', (chunk) => {
    file?.write(chunk)
    const parts = (rest + chunk).split(/\r?\n/)
    rest = parts.pop() ?? ''
    for (const part of parts) take(stripVTControlCharacters(part))
  })
  stream.on('end', () => rest && take(stripVTControlCharacters(rest)))
}
