import { address, assertFree } from './lib/address.mjs'
import { agentBin, mayServe } from './lib/agent.mjs'
import { bin } from './lib/bin.mjs'
import { compile } from './lib/build.mjs'
import { install } from './lib/install.mjs'
import { createProgress } from './lib/progress.mjs'
import { kill, run, start } from './lib/run.mjs'
import { onSignal } from './lib/signals.mjs'
import { main, Stop } from './lib/stop.mjs'

const data = process.env.DATA_DIR ?? './data'
const given = process.argv.slice(2).filter((flag) => flag !== '--no-agent')
const withAgent = !process.argv.includes('--no-agent') && mayServe([], process.env)

/** @param {string[]} args of Node */
const follow = (args, env = {}) =>
  start(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } })

await main(async () => {
  const where = address(process.env)
  await assertFree(where)
  const progress = createProgress()
  await install(progress)

  const step = progress.step('Building packages, relay and agent')
  const { code, lines } = await run(process.execPath, compile)
  if (code === 0) step.done()
  else step.fail(lines[0])

  const children = [
    follow([...compile, '--watch', '--preserveWatchOutput']),
    follow(['--watch', '--watch-preserve-output', 'apps/relay/dist/main.js', '--data', data]),
    ...(withAgent
      ? [follow(['--watch', '--watch-preserve-output', agentBin], { RELAY_URL: where.url })]
      : []),
    follow([bin('vite'), ...given], { RELAY_URL: where.url }),
  ]
  const endAll = () => {
    for (const child of children) kill(child, 'SIGTERM')
  }
  let asked = false
  onSignal(() => {
    asked = true
    endAll()
  })
  const ends = children.map((child) => new Promise((resolve) => child.once('close', resolve)))
  await Promise.race(ends)
  endAll()
  await Promise.all(ends)
  if (!asked) throw new Stop('One of relay, agent, compiler and page has ended, so the rest was ended too.')
})
