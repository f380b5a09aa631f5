import { availableParallelism } from 'node:os'
import { logOf } from './lib/gate.mjs'
import { install } from './lib/install.mjs'
import { runLanes } from './lib/lanes.mjs'
import { createProgress } from './lib/progress.mjs'
import { main, Stop } from './lib/stop.mjs'
import { gates, suite } from './lib/suite.mjs'
import { summary } from './lib/summary.mjs'

/** @param {import('./lib/lanes.mjs').Lane[]} lanes @param {string[]} wanted */
function choose(lanes, wanted) {
  const unknown = wanted.filter((name) => !lanes.some((lane) => lane.name === name))
  if (unknown.length === 0)
    return wanted.length > 0 ? lanes.filter(({ name }) => wanted.includes(name)) : lanes
  throw new Stop(
    `No lane is called ${unknown.join(', ')}. There are: ${lanes.map(({ name }) => name).join(', ')}`,
  )
}

await main(async () => {
  const progress = createProgress()
  await install(progress)
  const [first, ...rest] = process.argv.slice(2)
  const lanes = first === '--gates' ? gates : choose(suite(progress), first ? [first, ...rest] : [])

  /** @type {Map<string, import('./lib/progress.mjs').Step>} */
  const steps = new Map()
  const results = await runLanes(lanes, {
    cores: Math.min(2, availableParallelism()),
    onStart: (name) => steps.set(name, progress.step(name)),
    onEnd: ({ name, tally }) => {
      const step = steps.get(name)
      if (tally.failed === 0) return step?.done(tally.note)
      step?.fail()
      for (const line of tally.tail) progress.print(`  ${name} | ${line}`)
      progress.print(`  ${name} | all of it: ${logOf(name)}`)
    },
  })
  const { lines, ok } = summary(results)
  for (const line of lines) progress.print(line)
  if (!ok) process.exitCode = 1
})
