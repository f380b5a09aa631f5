import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../harness/folder.ts'
import { startRelay } from '../harness/relay.ts'
import { runScript } from '../harness/script.ts'
import { use } from '../harness/use.ts'

/** How the tests of a relay elsewhere end, by the report that Vitest writes. */
async function smoke(env: Record<string, string>): Promise<Record<string, unknown>> {
  const { path } = await use(tempFolder('external'))
  const report = join(path, 'report.json')
  const args = ['run', '--project', 'external', '--reporter=json', `--outputFile=${report}`]
  const run = await use(runScript('node_modules/vitest/vitest.mjs', { args, env }))
  await run.exit
  const { numPassedTests, numPendingTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8'))
  return { passed: numPassedTests, skipped: numPendingTests, failed: numFailedTests }
}

it('the tests of a relay elsewhere are skipped where none is named, not passed (S2-28)', async () => {
  expect(await smoke({})).toEqual({ passed: 0, skipped: 1, failed: 0 })
})

it('they pass on one that is there, and fail on one that is not', async () => {
  const relay = await use(startRelay())
  expect(await smoke({ EXTERNAL_RELAY: relay.url })).toEqual({ passed: 1, skipped: 0, failed: 0 })
  await relay.stop()
  expect(await smoke({ EXTERNAL_RELAY: relay.url, EXTERNAL_PATIENCE: '500' })).toEqual({
    passed: 0,
    skipped: 0,
    failed: 1,
  })
})
