import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { freePort } from '../harness/port.ts'
import { use } from '../harness/use.ts'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const children = new Set<ChildProcess>()
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** A script or bin as a person starts it, with nothing set but what is said here. */
function run(
  script: string,
  { cwd = at('.'), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
) {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [at(script)], { cwd, env: { PATH, HOME, ...env } })
  children.add(child)
  const started = { child, stdout: '', stderr: '', exit: once(child, 'exit') }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    started.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    started.stderr += text
  })
  return started
}

const isHealthy = (url: string) =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )

describe('npm start', () => {
  beforeAll(async () => {
    expect(await run('scripts/build.mjs').exit).toEqual([0, null])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is up within 5 s the second time, says where, and ends well on %s',
    // A clock on a busy machine: what it measures has room for two more tries.
    { retry: 2 },
    async (signal) => {
      const data = await use(tempFolder('start'))
      const port = await freePort()
      const since = performance.now()
      const started = run('scripts/start.mjs', { env: { PORT: `${port}`, DATA_DIR: data.path } })
      await eventually(() => started.stdout.endsWith(`http://localhost:${port}\n`))
      expect(await isHealthy(`http://localhost:${port}`)).toBe(true)
      expect(performance.now() - since).toBeLessThan(5000)
      expect((await fetch(`http://localhost:${port}/`)).headers.get('content-type')).toContain('text/html')
      started.child.kill(signal)
      expect(await started.exit).toEqual([0, null])
      expect(await isHealthy(`http://localhost:${port}`)).toBe(false)
    },
  )

  it.each(['80x', 'abc', '0', '-1', '70000', '1.5'])('refuses PORT=%s in one line', async (PORT) => {
    const started = run('scripts/start.mjs', { env: { PORT } })
    expect(await started.exit).toEqual([1, null])
    expect(started.stderr).toMatch(/^PORT [^\n]*\n$/)
  })

  it('refuses a port that is taken in one line, and a data folder that cannot be', async () => {
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void other.close())
    const taken = run('scripts/start.mjs', { env: { PORT: `${port}` } })
    expect(await taken.exit).toEqual([1, null])
    expect(taken.stderr).toMatch(new RegExp(`^[^\\n]*${port} is in use[^\\n]*\\n$`))

    const DATA_DIR = join(at('package.json'), 'data')
    const nowhere = run('scripts/start.mjs', { env: { PORT: `${await freePort()}`, DATA_DIR } })
    expect(await nowhere.exit).toEqual([1, null])
    expect(nowhere.stderr).toMatch(/^[^\n]*DATA_DIR[^\n]*\n$/)
  })
})

describe('strandline-relay', () => {
  it('starts from an empty folder with PORT and DATA_DIR alone (S0-12)', async () => {
    const folder = await use(tempFolder('bare'))
    const port = await freePort()
    const env = { PORT: `${port}`, DATA_DIR: './somewhere' }
    const relay = run('apps/relay/dist/main.js', { cwd: folder.path, env })
    await eventually(() => isHealthy(`http://127.0.0.1:${port}`))
    relay.child.kill('SIGTERM')
    expect(await relay.exit).toEqual([0, null])
  })
})
