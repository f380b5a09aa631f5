import { expect, it } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { freePort } from '../harness/port.ts'
import { runScript } from '../harness/script.ts'
import { use } from '../harness/use.ts'

it('runs relay, compiler and page, passes tails through as they come, and ends as one (S0-13)', async () => {
  const data = await use(tempFolder('dev'))
  const [PORT, page] = [String(await freePort()), String(await freePort())]
  const env = { PORT, DATA_DIR: data.path }
  const dev = await use(runScript('scripts/dev.mjs', { args: ['--port', page, '--strictPort'], env }))
  const url = `http://localhost:${page}`
  const get = (path: string) => fetch(url + path).catch(() => undefined)

  await eventually(async () => (await get('/health'))?.ok, Boolean, { within: 120_000 })
  expect(await (await get('/'))?.text()).toContain('/@vite/client')

  const sessions = `/v1/stream/sessions?offset=-1`
  await eventually(async () => (await (await get(sessions))?.text())?.includes('"type":"agent"'))

  const json = { 'content-type': 'application/json' }
  await fetch(`${url}/v1/stream/a`, { method: 'PUT', headers: json })
  const tail = (await get('/v1/stream/a?offset=-1&live=sse'))?.body
    ?.pipeThrough(new TextDecoderStream())
    .getReader()
  await fetch(`${url}/v1/stream/a`, { method: 'POST', headers: json, body: '[{"n":42}]' })
  let seen = ''
  while (!seen.includes('42')) seen += (await tail?.read())?.value ?? ''
  await tail?.cancel()

  dev.child.kill('SIGINT')
  expect(await dev.exit).toEqual([0, null])
  expect(await fetch(`http://localhost:${PORT}/health`).catch(() => 'gone')).toBe('gone')
  expect(await get('/')).toBeUndefined()
}, 300_000)
