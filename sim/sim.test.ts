import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { FAULTS } from './faults.ts'
import { simulate } from './simulate.ts'

const from = Number(process.env.SEED ?? 1)
const seeds = Number(process.env.SEEDS ?? 500)
const BUNDLE = 50

const counts = new Map<string, number>()

/** Seeds run in bundles, so that a failing one is named and the others still run. */
test.each(Array.from({ length: Math.ceil(seeds / BUNDLE) }, (_, index) => from + index * BUNDLE))(
  'seeds from %i: nothing lost, nothing doubled, order kept, rows equal, nothing left running',
  async (first) => {
    const failures: string[] = []
    for (let seed = first; seed < Math.min(first + BUNDLE, from + seeds); seed++) {
      const { violations, trace, faults } = await simulate(seed)
      for (const [fault, count] of faults.counts) counts.set(fault, (counts.get(fault) ?? 0) + count)
      if (violations.length > 0)
        failures.push(
          [`seed ${seed}`, ...violations.slice(0, seeds === 1 ? 99 : 12), ...(seeds === 1 ? trace : [])].join(
            '\n',
          ),
        )
    }
    expect(failures.join('\n\n')).toBe('')
  },
)

test.runIf(seeds >= 100)('every fault has fired', () => {
  process.stdout.write(`${FAULTS.map((fault) => `${counts.get(fault) ?? 0} x ${fault}`).join(', ')}\n`)
  expect(FAULTS.filter((fault) => !counts.get(fault))).toEqual([])
})

test.each([1, 2, 3])('seed %i gives the same trace again, whenever garbage is collected', async (seed) => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  let steps = 0
  const sweep = () => {
    steps += 1
    if (steps % 12 === 0) collect()
  }
  const { trace } = await simulate(seed)
  expect(trace.length).toBeGreaterThan(50)
  expect((await simulate(seed, { between: sweep })).trace).toEqual(trace)
})
