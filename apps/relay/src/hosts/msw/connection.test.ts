import { createClient } from '@strandline/client'
import { expect, test, vi } from 'vitest'
import { BROKEN, item, mockRoom } from '../../testing/mock-room.ts'

test('an answer breaks off after so many bytes, once', async () => {
  const { relay, get } = await mockRoom()
  const whole = new Uint8Array(await (await get()).arrayBuffer())
  const fault = relay.cutAfter(10)
  const body = (await get()).body?.getReader()
  expect((await body?.read())?.value).toEqual(whole.slice(0, 10))
  await expect(body?.read()).rejects.toMatchObject(BROKEN)
  await fault.happened
  expect(relay.requests.at(-1)?.bytes).toBe(10)
  expect(new Uint8Array(await (await get()).arrayBuffer())).toEqual(whole)
})

test.each([7, 'all'])('an answer that comes in pieces breaks off after %s bytes of it', async (count) => {
  const { relay, get } = await mockRoom()
  const whole = new Uint8Array(await (await get()).arrayBuffer())
  const bytes = typeof count === 'number' ? count : whole.byteLength
  relay.trickle(3)
  relay.cutAfter(bytes)
  const reader = (await get()).body?.getReader()
  const got: number[] = []
  while (got.length < bytes) got.push(...((await reader?.read())?.value ?? []))
  expect(new Uint8Array(got)).toEqual(whole.slice(0, bytes))
  await expect(reader?.read()).rejects.toMatchObject(BROKEN)
})

test('a cut is of what is read: a write that comes first is not what it is for', async () => {
  const { relay, get, post } = await mockRoom()
  relay.cutAfter(0)
  const refused = await post('a', { 'stream-incarnation': 'another' })
  expect([refused.status, await refused.json()]).toMatchObject([412, { error: {} }])
  await expect((await get()).text()).rejects.toMatchObject(BROKEN)
})

test('0 bytes: headers, then the break; more bytes than there are: not yet', async () => {
  const { relay, get } = await mockRoom()
  relay.cutAfter(0)
  const empty = await get()
  expect(empty.status).toBe(200)
  await expect(empty.text()).rejects.toMatchObject(BROKEN)
  relay.cutAfter(10_000_000)
  expect(await (await get()).json()).toHaveLength(1)
})

test('trickle: in pieces of so many bytes, letters and frames split, and nothing of it is lost', async () => {
  const { relay, get } = await mockRoom()
  await relay.append('room', [item('潮🌊')])
  const whole = new Uint8Array(await (await get()).arrayBuffer())
  relay.trickle(3)
  const reader = (await get()).body?.getReader()
  const sizes = new Set<number | undefined>()
  const bytes: number[] = []
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    sizes.add(read.value.byteLength)
    bytes.push(...read.value)
  }
  expect([...sizes].every((size) => size !== undefined && size <= 3)).toBe(true)
  expect(new Uint8Array(bytes)).toEqual(whole)
})

test('at every byte of a frame, in several scripts: the client has each item once, in order', async () => {
  const { relay } = await mockRoom()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const client = createClient({ storage: 'memory', fetch: relay.fetch, effects: { random: () => 0 } })
  const handle = client.stream(relay.url('room'), { tail: 'sse' })
  const seen: string[] = []
  handle.subscribe(({ items }) => seen.push(...items.map((one) => (one as { key: string }).key)))
  const until = async (holds: () => boolean) => {
    while (!holds()) await vi.advanceTimersByTimeAsync(250)
  }
  const live = () => until(() => handle.status.get().state === 'live')
  await live()
  await until(() => seen.length === 1)

  const tail = () => relay.requests.findLast(({ live }) => live === 'sse')
  const before = tail()?.bytes ?? 0
  const expected = ['first', 'é潮🌊0']
  await relay.append('room', [item('é潮🌊0')])
  await until(() => seen.length === 2)
  const frame = (tail()?.bytes ?? 0) - before
  expect(frame).toBeGreaterThan(150)

  for (let bytes = 1; bytes < frame; bytes++) {
    const fault = relay.cutAfter(bytes)
    expected.push(`é潮🌊${bytes}`)
    await relay.append('room', [item(`é潮🌊${bytes}`)])
    await until(() => seen.length === expected.length)
    await fault.happened
    await live()
  }
  expect(seen).toEqual(expected)
  await client.close()
  vi.useRealTimers()
})
