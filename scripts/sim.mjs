import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { createProgress } from './lib/progress.mjs'
import { buildSimulation, runSeeds } from './lib/sim.mjs'
import { main, Stop } from './lib/stop.mjs'

const usage = 'Usage: npm run sim -- [--seeds 10000] [--from 1] [--workers 2] | --seed 42 for its trace'

/** Violations of one seed that are shown when many are run. */
const SHOWN = 12

/** @param {string | undefined} text @param {number} otherwise */
function whole(text, otherwise) {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Stop(usage)
  return value
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        workers: { type: 'string' },
        seed: { type: 'string' },
      },
    })
    if (values.seed !== undefined) return { from: whole(values.seed, 1), seeds: 1, workers: 1 }
    return {
      from: whole(values.from, 1),
      seeds: whole(values.seeds, 10_000),
      workers: whole(values.workers, availableParallelism()),
    }
  } catch {
    throw new Stop(usage)
  }
}

await main(async () => {
  const { from, seeds, workers } = options()
  const progress = createProgress(process.stderr)
  const script = await buildSimulation()
  const step = progress.step(`Simulating ${seeds} seeds`)
  const began = performance.now()
  let ended = 0
  let failed = 0
  /** @type {Map<string, number>} */
  const counts = new Map()

  await runSeeds(script, { from, until: from + seeds, workers }, ({ seed, violations, trace, faults }) => {
    ended += 1
    step.detail(`${ended} of ${seeds}`)
    for (const [fault, count] of faults) counts.set(fault, (counts.get(fault) ?? 0) + count)
    if (violations.length > 0) failed += 1
    const lines = seeds === 1 ? [...violations, ...trace] : violations.slice(0, SHOWN)
    if (lines.length > 0) progress.print([`seed ${seed}`, ...lines].join('\n  '))
  })

  const seconds = (performance.now() - began) / 1_000
  const silent = [...counts].filter(([, count]) => count === 0).map(([fault]) => fault)
  if (failed > 0) step.fail(`${failed} failed`)
  else step.done(`${seconds.toFixed(0)} s on ${workers} threads, nothing wrong`)
  progress.print([...counts].map(([fault, count]) => `${count} x ${fault}`).join(', '))
  if (failed > 0)
    throw new Stop(`${failed} of ${seeds} seeds failed; one more closely: npm run sim -- --seed <n>`)
  if (seeds >= 100 && silent.length > 0) throw new Stop(`never fired: ${silent.join(', ')}`)
})
