import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { put } from '../../testing/client.ts'
import { SseReader } from '../../testing/sse.ts'
import { createMockRelay, type MockRelay } from './index.ts'

const server = setupServer()
let relay: MockRelay

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
beforeEach(() => {
  relay = createMockRelay({ baseUrl: 'http://relay.test/api/' })
  server.use(...relay.handlers)
})
afterEach(async () => {
  server.resetHandlers()
  await relay.close()
})
afterAll(() => server.close())

const json = { 'content-type': 'application/json' }
const item = (key: string) => ({ type: 'note', key, value: { text: key }, headers: {} })
const post = (path: string, items: unknown, headers = {}) =>
  fetch(relay.url(path), { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(items) })
const tailOf = (path: string, init: RequestInit = {}) => fetch(`${relay.url(path)}?offset=-1&live=sse`, init)

test('a stream is made, written, followed and read, below any base and under any name', async () => {
  expect((await fetch(relay.url('a b/ü%'), { method: 'PUT', headers: json })).status).toBe(201)
  const events = new SseReader(await tailOf('a b/ü%'))
  expect((await events.untilUpToDate()).items).toEqual([])
  expect((await post('a b/ü%', [item('1'), item('2')])).status).toBe(204)
  expect((await events.untilUpToDate()).items).toEqual([item('1'), item('2')])
  expect(await relay.read('a b/ü%')).toEqual([item('1'), item('2')])
  expect((await fetch('http://relay.test/api/health')).status).toBe(200)
})

test('what a client sent is written down', async () => {
  await relay.append('room', [item('1')])
  const producer = { 'producer-id': 'p', 'producer-epoch': '3', 'producer-seq': '0' }
  await post('room', [item('2'), item('3')], producer)
  await (await fetch(`${relay.url('room')}?offset=-1`)).json()
  expect(relay.requests).toMatchObject([
    { method: 'POST', path: 'room', items: 2, status: 200, producer: { id: 'p', epoch: 3, seq: 0 } },
    { method: 'GET', path: 'room', offset: '-1', items: 0, status: 200 },
  ])
  const shown = JSON.stringify([item('1'), item('2'), item('3')])
  expect(relay.requests[1]?.bytes).toBeGreaterThanOrEqual(shown.length)
})

test('the life a write is meant for is written down, and the stream by its name, however it is spelled', async () => {
  await relay.append('a b/ü%', [item('1')])
  await post('a b/ü%', [item('2')], { 'stream-incarnation': 'another' })
  await fetch(relay.url('a b/ü%'))
  expect(relay.requests).toMatchObject([
    { path: 'a b/ü%', incarnation: 'another', status: 412 },
    { path: 'a b/ü%', status: 200 },
  ])
  expect(relay.requests[1]).not.toHaveProperty('incarnation')
})

test('what is thrown while a handler runs is a broken connection, as a relay that is gone', async () => {
  relay.offline()
  await expect(tailOf('room')).rejects.toThrow(TypeError)
  relay.online()
  expect((await tailOf('room')).status).toBe(404)
})

test('a change at the relay that nobody waited for is done before the next request', async () => {
  void relay.append('room', [item('1')])
  expect(await (await fetch(relay.url('room'))).json()).toEqual([item('1')])
  void relay.remove('room')
  expect((await fetch(relay.url('room'))).status).toBe(404)
})

test('it passes nothing on that is not the relay’s', async () => {
  await expect(fetch('http://relay.test/api/elsewhere')).rejects.toThrow()
  expect((await put(relay, '/v1/other')).status).toBe(404)
})
