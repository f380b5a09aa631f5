import { parentPort } from 'node:worker_threads'
import { simulate } from './simulate.ts'

/** Seeds `from` up to, not including, `until`. */
export interface Job {
  readonly from: number
  readonly until: number
}

/** What came of one seed. */
export interface Report {
  readonly seed: number
  readonly violations: readonly string[]
  readonly trace: readonly string[]
  readonly faults: ReadonlyMap<string, number>
}

/** Runs the seeds it is told to, one after another, and reports each; then `done`. */
parentPort?.on('message', async ({ from, until }: Job) => {
  // Errors are thrown by the thousand on purpose; where they come from is known from the trace of a single seed.
  if (until - from > 1) Error.stackTraceLimit = 0
  for (let seed = from; seed < until; seed++) {
    const { violations, trace, faults } = await simulate(seed)
    const wanted = violations.length > 0 || until - from === 1
    const report: Report = { seed, violations, trace: wanted ? trace : [], faults: faults.counts }
    parentPort?.postMessage(report)
  }
  parentPort?.postMessage('done')
})
