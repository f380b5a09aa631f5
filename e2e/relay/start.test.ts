import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { freePort } from '../harness/port.ts'
import { at, runScript, type ScriptOptions } from '../harness/script.ts'
import { use } from '../harness/use.ts'

const run = (path: string, options?: ScriptOptions) => use(runScript(path, options))

const isHealthy = (url: string) =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )

/** What the agent has said of itself: whether it is there. */
async function agentsOf(stream: string): Promise<boolean[]> {
  const response = await fetch(stream)
  if (!response.ok) return []
  const items = (await response.json()) as { type: string; value: { online: boolean } }[]
  return items.filter(({ type }) => type === 'agent').map(({ value }) => value.online)
}

/** The process of the relay that keeps its streams in `folder`. */
function relayOn(folder: string): number {
  const isIt = (pid: string) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return command.includes('apps/relay/dist/main.js') && command.includes(folder)
    } catch {
      // No process, or one that has ended since.
      return false
    }
  }
  return Number(readdirSync('/proc').find(isIt))
}

describe('npm start', () => {
  beforeAll(async () => {
    expect(await runScript('scripts/build.mjs').exit).toEqual([0, null])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'builds nothing the second time, says where it is, and ends well on %s',
    async (signal) => {
      const data = await use(tempFolder('start'))
      const port = await freePort()
      const started = await run('scripts/start.mjs', { env: { PORT: `${port}`, DATA_DIR: data.path } })
      await eventually(() => started.stdout.endsWith(`http://localhost:${port}\n`))
      expect(started.stdout).not.toMatch(/done in/)
      expect(await isHealthy(`http://localhost:${port}`)).toBe(true)
      expect((await fetch(`http://localhost:${port}/`)).headers.get('content-type')).toContain('text/html')
      started.child.kill(signal)
      expect(await started.exit).toEqual([0, null])
      expect(await isHealthy(`http://localhost:${port}`)).toBe(false)
    },
  )

  it('says what it takes, and starts nothing', async () => {
    const asked = await run('scripts/start.mjs', { args: ['--help'] })
    expect(await asked.exit).toEqual([0, null])
    expect(asked.stdout).toMatch(/--no-agent[\s\S]*--port N[\s\S]*--open/)
  })

  it('says of a relay that was killed that it ended, and not of the agent that is ended with it', async () => {
    const data = await use(tempFolder('start'))
    const port = await freePort()
    const started = await run('scripts/start.mjs', { env: { PORT: `${port}`, DATA_DIR: data.path } })
    await eventually(() => started.stdout.endsWith(`http://localhost:${port}\n`))
    const sessions = `http://localhost:${port}/v1/stream/sessions?offset=-1`
    await eventually(async () => (await agentsOf(sessions)).length === 1)
    process.kill(relayOn(data.path), 'SIGKILL')
    expect(await started.exit).toEqual([1, null])
    expect(started.stdout).toContain('The relay has ended unexpectedly')
    expect(started.stdout).not.toContain('The agent has ended')
  })

  it.each([
    { args: [], online: [true, false] },
    { args: ['--no-agent'], online: [] },
  ])('lets the demo agent in, and out before the relay: $args', async ({ args, online }) => {
    const data = await use(tempFolder('start'))
    const port = await freePort()
    const env = { PORT: `${port}`, DATA_DIR: data.path }
    const started = await run('scripts/start.mjs', { args, env })
    await eventually(() => started.stdout.endsWith(`http://localhost:${port}\n`))
    const agents = (base: string) => agentsOf(`${base}/v1/stream/sessions?offset=-1`)
    await eventually(
      async () => (await agents(`http://localhost:${port}`)).length === Math.min(1, online.length),
    )
    started.child.kill('SIGTERM')
    expect(await started.exit).toEqual([0, null])

    const relay = await run('apps/relay/dist/main.js', { args: ['--port', `${port}`, '--data', data.path] })
    await eventually(() => isHealthy(`http://127.0.0.1:${port}`))
    expect(await agents(`http://127.0.0.1:${port}`)).toEqual(online)
    relay.child.kill('SIGTERM')
    await relay.exit
  })

  it('ends with the shell that npm put between, which dies of SIGTERM and tells nobody', async () => {
    const data = await use(tempFolder('start'))
    const port = await freePort()
    const env = { ...process.env, PORT: `${port}`, DATA_DIR: data.path, npm_lifecycle_event: 'start' }
    const shell = spawn('sh', ['-c', `"${process.execPath}" scripts/start.mjs; true`], { cwd: at('.'), env })
    await eventually(() => isHealthy(`http://localhost:${port}`))
    shell.kill('SIGTERM')
    await eventually(async () => !(await isHealthy(`http://localhost:${port}`)))
  })

  it.each(['80x', 'abc', '0', '-1', '70000', '1.5'])('refuses PORT=%s in one line', async (PORT) => {
    const started = await run('scripts/start.mjs', { env: { PORT } })
    expect(await started.exit).toEqual([1, null])
    expect(started.stderr).toMatch(/^PORT [^\n]*\n$/)
  })

  it('refuses a port that is taken in one line, and a data folder that cannot be', async () => {
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void other.close())
    const taken = await run('scripts/start.mjs', { env: { PORT: `${port}` } })
    expect(await taken.exit).toEqual([1, null])
    expect(taken.stderr).toMatch(new RegExp(`^[^\\n]*${port} is in use[^\\n]*\\n$`))

    const DATA_DIR = join(at('package.json'), 'data')
    const nowhere = await run('scripts/start.mjs', { env: { PORT: `${await freePort()}`, DATA_DIR } })
    expect(await nowhere.exit).toEqual([1, null])
    expect(nowhere.stderr).toMatch(/^[^\n]*DATA_DIR[^\n]*\n$/)
  })
})

describe('strandline-relay', () => {
  it('starts from an empty folder with PORT and DATA_DIR alone (S0-12)', async () => {
    const folder = await use(tempFolder('bare'))
    const port = await freePort()
    const env = { PORT: `${port}`, DATA_DIR: './somewhere' }
    const relay = await run('apps/relay/dist/main.js', { cwd: folder.path, env })
    await eventually(() => isHealthy(`http://127.0.0.1:${port}`))
    relay.child.kill('SIGTERM')
    expect(await relay.exit).toEqual([0, null])
  })
})
