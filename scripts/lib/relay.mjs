import { setTimeout as sleep } from 'node:timers/promises'
import { at, root } from './root.mjs'
import { kill, start } from './run.mjs'
import { Stop } from './stop.mjs'

const patience = 30_000

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}

/**
 * Starts the built relay and resolves when it answers, or to undefined when it ended instead: it has said why
 * on stderr, which is shown as it comes. What it prints on stdout while starting is dropped.
 *
 * @param {string} url where it will answer
 * @param {string[]} flags
 */
export async function startRelay(url, flags) {
  const child = start(process.execPath, [at('apps/relay/dist/main.js'), ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout?.resume()
  const ended = new Promise((resolve) => child.once('close', resolve))
  const deadline = Date.now() + patience
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null) return undefined
    if (Date.now() > deadline) {
      kill(child, 'SIGKILL')
      throw new Stop(`The relay does not answer at ${url}/health.`)
    }
    await sleep(50)
  }
  child.stdout?.pipe(process.stdout)
  return { child, ended }
}
