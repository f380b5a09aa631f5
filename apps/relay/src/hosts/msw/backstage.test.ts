import { expect, test } from 'vitest'
import { item, mockRoom } from '../../testing/mock-room.ts'

test('wipe: every stream is gone, tails end; made again it is another life', async () => {
  const { relay, keys, get, follow } = await mockRoom()
  const life = (await get()).headers.get('stream-incarnation')
  const events = await follow()
  await relay.wipe()
  expect(await events.next()).toBeUndefined()
  expect(events.rest).toBe('')
  expect((await get()).status).toBe(404)
  await relay.append('room', [item('anew')])
  expect((await get()).headers.get('stream-incarnation')).not.toBe(life)
  expect(await keys()).toEqual(['anew'])
})

test('remove, recreate: gone; another life with what it is given', async () => {
  const { relay, keys, get } = await mockRoom()
  const life = (await get()).headers.get('stream-incarnation')
  await relay.remove('room')
  expect([(await get()).status, await relay.tail('room')]).toEqual([404, null])
  await relay.recreate('room', [item('restored')])
  await relay.recreate('room', [item('again')])
  expect((await get()).headers.get('stream-incarnation')).not.toBe(life)
  expect(await keys()).toEqual(['again'])
  await expect(relay.remove('nowhere')).rejects.toThrow('404')
})

test('read: all of a stream, also where no one answer holds it', async () => {
  const { relay, keys } = await mockRoom()
  const big = { ...item('big'), value: { text: 'x'.repeat(700_000) } }
  for (let n = 0; n < 3; n++) await relay.append('room', [big])
  expect(await keys()).toEqual(['first', 'big', 'big', 'big'])
})

test('what was trimmed is of the life that was: another one is there from its start', async () => {
  const { relay, get } = await mockRoom()
  await relay.trim('room')
  await relay.recreate('room', [item('anew')])
  expect(await (await get('?offset=0000000000000000_0000000000000000')).json()).toEqual([item('anew')])
})

test('seal: complete, and it takes no more', async () => {
  const { relay, get, post } = await mockRoom()
  await relay.seal('room')
  expect((await get()).headers.get('stream-closed')).toBe('true')
  expect((await post('late')).status).toBe(409)
})

test('trim: an old offset is 410, the start begins later, the end goes on', async () => {
  const { relay, keys, get } = await mockRoom()
  const old = '0000000000000000_0000000000000000'
  await relay.append('room', [item('second')])
  const tail = await relay.tail('room')
  await relay.trim('room')
  await relay.append('room', [item('third')])
  expect((await get(`?offset=${old}`)).status).toBe(410)
  expect((await get(`?offset=${old}&live=sse`)).status).toBe(410)
  for (const query of ['', '?offset=-1', `?offset=${tail}`])
    expect(await (await get(query)).json()).toEqual([item('third')])
  expect((await get('?offset=now')).status).toBe(200)
  expect(await keys()).toEqual(['first', 'second', 'third'])
})
