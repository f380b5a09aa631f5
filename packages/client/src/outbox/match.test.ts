import { describe, expect, test } from 'vitest'
import type { StateItem } from './echo.ts'
import { matchEchoes } from './match.ts'
import type { PendingWrite } from './pending.ts'

const match = matchEchoes({
  message: ['role', 'text'],
  toolCall: ['call', 'name', 'input'],
  notice: ['summary'],
})

const item = (type: string, key: string, value?: object, operation = 'insert'): StateItem => ({
  type,
  key,
  ...(value && { value }),
  headers: { operation },
})
const say = (key: string, text: string, more = {}) => item('message', key, { role: 'user', text, ...more })
const write = (txid: string, ...items: StateItem[]): PendingWrite => ({
  txid,
  stream: 'test',
  state: 'sent',
  attempts: 1,
  keys: [],
  items,
})

describe('echoes without a txid', () => {
  test('an arrival stands for one write at most: of two equal ones, one is left (S1-49)', () => {
    const two = [write('1', say('a', 'ok')), write('2', say('b', 'ok'))]
    expect(match([say('x', 'ok')], two)).toEqual(['1'])
    expect(match([say('x', 'ok'), say('y', 'ok')], two)).toEqual(['1', '2'])
    expect(match([], two)).toEqual([])
  })

  test('the key comes first, wherever it stands (S1-50)', () => {
    const two = [write('1', say('a', 'ok')), write('2', say('b', 'ok'))]
    expect(match([say('b', 'ok')], two)).toEqual(['2'])
    expect(match([say('x', 'ok'), say('b', 'put otherwise')], two)).toEqual(['1', '2'])
  })

  test.each([
    ['another type', item('notice', 'x', { role: 'user', text: 'ok' })],
    ['another role', item('message', 'x', { role: 'assistant', text: 'ok' })],
    ['another text', say('x', 'ok!')],
    ['a change of another row', item('message', 'x', { role: 'user', text: 'ok' }, 'update')],
    ['no value', item('message', 'x')],
  ])('%s is something else (S1-50)', (_, other) => {
    expect(match([other], [write('1', say('a', 'ok'))])).toEqual([])
  })

  test.each([
    ['id', { call: '2', name: 'read', input: { path: 'a' } }],
    ['name', { call: '1', name: 'write', input: { path: 'a' } }],
    ['input', { call: '1', name: 'read', input: { path: 'b' } }],
    ['shape of input', { call: '1', name: 'read', input: ['a'] }],
  ])('tool calls that differ in %s are not merged (S1-50)', (_, value) => {
    const mine = write('1', item('toolCall', 'a', { call: '1', name: 'read', input: { path: 'a' } }))
    expect(match([item('toolCall', 'x', value)], [mine])).toEqual([])
    expect(match([item('toolCall', 'x', { input: { path: 'a' }, name: 'read', call: '1' })], [mine])).toEqual(
      ['1'],
    )
  })

  test('notices that differ in summary are not merged; types without fields never are (S1-50)', () => {
    const mine = [
      write('1', item('notice', 'a', { summary: 'one' })),
      write('2', item('run', 'r', { of: 1 })),
    ]
    expect(match([item('notice', 'x', { summary: 'two' }), item('run', 's', { of: 1 })], mine)).toEqual([])
  })

  test('another person’s change of the same row is not mine', () => {
    const mine = write('1', item('message', 'a', { role: 'user', text: 'mine' }, 'update'))
    expect(match([item('message', 'a', { role: 'user', text: 'theirs' }, 'update')], [mine])).toEqual([])
    expect(match([item('message', 'a', { role: 'user', text: 'mine' }, 'update')], [mine])).toEqual(['1'])
  })

  test('a write of several items is echoed when all of them are', () => {
    const mine = write('1', say('a', 'one'), say('b', 'two'))
    expect(match([say('x', 'one')], [mine])).toEqual([])
    expect(match([say('y', 'two'), say('x', 'one')], [mine])).toEqual(['1'])
  })
})
