import { availableParallelism } from 'node:os'
import { logOf } from './lib/gate.mjs'
import { install } from './lib/install.mjs'
import { runLanes } from './lib/lanes.mjs'
import { createProgress } from './lib/progress.mjs'
import { main, Stop } from './lib/stop.mjs'
import { gates, suite } from './lib/suite.mjs'
import { summary } from './lib/summary.mjs'

/**
 * The lanes named, with those they have to wait for.
 *
 * @param {import('./lib/lanes.mjs').Lane[]} lanes
 * @param {string[]} names none for all
 */
function choose(lanes, names) {
  if (names.length === 0) return lanes
  const unknown = names.filter((name) => !lanes.some((lane) => lane.name === name))
  if (unknown.length > 0) {
    const known = lanes.map(({ name }) => name).join(', ')
    throw new Stop(`No lane is called ${unknown.join(', ')}. There are: ${known}`)
  }
  const wanted = new Set(names)
  for (const { name, after = [] } of [...lanes].reverse()) {
    if (wanted.has(name)) for (const before of after) wanted.add(before)
  }
  return lanes.filter(({ name }) => wanted.has(name))
}

await main(async () => {
  const progress = createProgress()
  await install(progress)
  const names = process.argv.slice(2)
  const lanes = names[0] === '--gates' ? gates : choose(suite(progress), names)

  /** @type {Map<string, import('./lib/progress.mjs').Step>} */
  const steps = new Map()
  const results = await runLanes(lanes, {
    cores: Math.min(2, availableParallelism()),
    onStart: (name) => {
      const step = progress.step(name)
      steps.set(name, step)
      return step.detail
    },
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
