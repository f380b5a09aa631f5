import { parseArgs } from 'node:util'
import { address, assertFree } from './lib/address.mjs'
import { mayServe, startAgent } from './lib/agent.mjs'
import { build } from './lib/build.mjs'
import { install } from './lib/install.mjs'
import { createProgress } from './lib/progress.mjs'
import { startRelay } from './lib/relay.mjs'
import { at } from './lib/root.mjs'
import { kill, run } from './lib/run.mjs'
import { onSignal } from './lib/signals.mjs'
import { main } from './lib/stop.mjs'

/**
 * `--no-agent` leaves the agent out; the relay's own flags may follow: `npm start -- --open`. Where it listens has to
 * be known here too.
 */
const given = process.argv.slice(2).filter((flag) => flag !== '--no-agent')
const wanted = !process.argv.includes('--no-agent')
const { values } = parseArgs({
  args: given,
  strict: false,
  options: { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean' } },
})
const help = `npm start: the chat with its relay, and an agent that answers in it

  npm start -- --no-agent         without the agent
  npm start -- --port 8080        any flag of the relay:
`
const flag = /** @param {'port' | 'host'} name */ (name) => values[name]?.toString()

await main(async () => {
  const where = address({ PORT: flag('port') ?? process.env.PORT, HOST: flag('host') ?? process.env.HOST })
  if (!values.help) await assertFree(where)
  const progress = createProgress()
  await install(progress)
  await build(progress)
  if (values.help) {
    progress.print(help)
    await run(process.execPath, [at('apps/relay/dist/main.js'), '--help'], { onLine: progress.print })
    return
  }

  const data = process.env.DATA_DIR ?? './data'
  const flags = ['--data', data, '--web', 'apps/web/dist', ...given]
  const relay = await startRelay(where.url, flags)
  if (!relay) {
    process.exitCode = 1
    return
  }
  const agent = wanted && mayServe(given, process.env) ? startAgent(where.url) : undefined
  let asked = false
  let over = false
  // The agent first: its last words go to the relay.
  onSignal(async () => {
    const signal = asked ? 'SIGKILL' : 'SIGTERM'
    asked = true
    if (agent) kill(agent.child, signal)
    if (signal === 'SIGTERM') await agent?.ended
    kill(relay.child, signal)
  })
  progress.print(where.shown)
  void agent?.ended.then((code) => {
    if (!asked && !over && code !== 0)
      progress.print('The agent has ended unexpectedly; the chat goes on without it.')
  })
  const code = await relay.ended
  over = true
  if (agent) kill(agent.child, 'SIGKILL')
  if (!asked && code !== 0)
    progress.print('The relay has ended unexpectedly; its own output above says more.')
  process.exitCode = code ?? (asked ? 0 : 1)
})
