import { at, root } from './root.mjs'
import { start } from './run.mjs'

export const agentBin = 'apps/agent/dist/main.js'

/**
 * Whether an agent can be let in: a relay that checks credentials wants them of the agent too.
 *
 * @param {string[]} flags of the relay
 * @param {NodeJS.ProcessEnv} env
 */
export function mayServe(flags, env) {
  const checks =
    env.JWT_SECRET !== undefined ||
    env.JWKS_URL !== undefined ||
    flags.some((flag) => /^--(jwt-secret|jwks-url)(=|$)/.test(flag))
  return !checks || env.AGENT_TOKEN !== undefined || env.AGENT_TOKEN_FILE !== undefined
}

/**
 * Starts the built agent; `AGENT_ENGINE` and its like reach it through the environment. What it prints on stdout is
 * dropped, its log on stderr is shown.
 *
 * @param {string} relay its address
 */
export function startAgent(relay) {
  const child = start(process.execPath, [at(agentBin), '--relay', relay], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.once('close', resolve))
  return { child, ended }
}
