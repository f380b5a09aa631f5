import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'vite'
import { at, cache, root } from './root.mjs'

/** Seeds that a worker is given at a time. */
const BUNDLE = 20

/** Megabytes of young generation: each run makes much that lives for a moment only. */
const YOUNG = 96

/** Bundles the simulation; gives back the script of its worker. */
export async function buildSimulation() {
  const outDir = join(cache, 'sim')
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    resolve: { conditions: ['@strandline/source', 'module', 'node'] },
    ssr: { noExternal: true },
    build: {
      ssr: at('sim/worker.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  })
  return join(outDir, 'worker.mjs')
}

/**
 * Runs seeds over several threads; rejects where one of them breaks down.
 *
 * @param {string} script
 * @param {{ from: number, until: number, workers: number }} range
 * @param {(report: import('../../sim/worker.ts').Report) => void} onReport
 */
export async function runSeeds(script, { from, until, workers }, onReport) {
  let next = from
  const take = () => {
    if (next >= until) return undefined
    const job = { from: next, until: Math.min(next + BUNDLE, until) }
    next = job.until
    return job
  }
  await Promise.all(Array.from({ length: workers }, () => work(script, take, onReport)))
}

/**
 * @param {string} script
 * @param {() => import('../../sim/worker.ts').Job | undefined} take
 * @param {(report: import('../../sim/worker.ts').Report) => void} onReport
 * @returns {Promise<void>}
 */
function work(script, take, onReport) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG } })
    const proceed = () => {
      const job = take()
      if (job) worker.postMessage(job)
      else worker.terminate().then(() => resolve(), reject)
    }
    worker.on('message', (message) => (message === 'done' ? proceed() : onReport(message)))
    worker.on('error', reject)
    proceed()
  })
}
