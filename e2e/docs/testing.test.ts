import { expect, it } from 'vitest'
import { runScript } from '../harness/script.ts'
import { use } from '../harness/use.ts'

it('what README, docs/testing.md and the guide to React show runs by itself, against the built packages', async () => {
  const vitest = 'examples/readme/node_modules/vitest/vitest.mjs'
  const args = ['run', '--root', 'examples/readme', '--config', 'patient.config.ts']
  const run = await use(runScript(vitest, { args }))
  expect(await run.exit, run.stdout + run.stderr).toEqual([0, null])
  expect(run.stdout).toMatch(/Tests\s.*13 passed/)
}, 300_000)
