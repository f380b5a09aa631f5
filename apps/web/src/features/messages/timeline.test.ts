import type { Approval, Message, Notice, Run, ToolCall } from '@strandline/chat'
import { expect, test } from 'vitest'
import { type Parts, timeline } from './timeline.ts'

const placed = <T extends object>(row: T, place: number): T => Object.assign(row, { _seq: place })

const prompt = (id: string, place: number): Message =>
  placed({ id, author: 'ada', at: place, text: id }, place)
const answer = (id: string, run: string, place: number): Message => ({
  ...prompt(id, place),
  author: 'agent',
  run,
})
const run = (id: string, place: number): Run =>
  placed({ id, agent: 'agent', epoch: 1, at: place, state: 'finished', endedAt: place }, place)
const call = (id: string, of: string, place: number): ToolCall =>
  placed({ id, run: of, name: 'ls', input: {}, at: place, state: 'running' }, place)
const asked = (id: string, of: string, place: number): Approval =>
  placed({ id, run: of, title: 'May I?', at: place, state: 'asked' }, place)
const divider = (id: string, place: number): Notice =>
  placed({ id, kind: 'compaction', source: 'engine', text: 'compacted', at: place }, place)

const none: Parts = { messages: [], runs: [], toolCalls: [], approvals: [], notices: [] }
const keys = (parts: Partial<Parts>) => timeline()({ ...none, ...parts }).map(({ key }) => key)

test('S1-52 one order, that of the log; what waits stands last, as it was written', () => {
  expect(
    keys({
      messages: [prompt('p', 0), answer('a', 'p', 4), prompt('w1', 2 ** 52), prompt('w2', 2 ** 52 + 1)],
      toolCalls: [call('t', 'p', 2)],
      approvals: [asked('q', 'p', 3)],
    }),
  ).toEqual(['p', 'tool:t', 'approval:q', 'a', 'w1', 'w2'])
})

test('how a run ended stands after all that it brought, though prompts came in between', () => {
  expect(
    keys({
      messages: [prompt('p1', 0), prompt('p2', 1), answer('a1', 'p1', 3), answer('a2', 'p2', 6)],
      runs: [run('p1', 2), run('p2', 5)],
      toolCalls: [call('t1', 'p1', 4)],
    }),
  ).toEqual(['p1', 'p2', 'a1', 'tool:t1', 'run:p1', 'a2', 'run:p2'])
})

test('a run that brought nothing stands at its prompt', () => {
  expect(keys({ messages: [prompt('p1', 0), prompt('p2', 1)], runs: [run('p1', 2)] })).toEqual([
    'p1',
    'run:p1',
    'p2',
  ])
})

test('S1-15 a compaction divides where it happened', () => {
  const messages = [prompt('p', 0), answer('a', 'p', 1), prompt('q', 3)]
  expect(keys({ messages, notices: [divider('c', 2)] })).toEqual(['p', 'a', 'notice:c', 'q'])
})

test('a refused message, which the log has no place for, stands at the end', () => {
  const { _seq: _, ...refused } = prompt('r', 0) as Message & { _seq: number }
  expect(keys({ messages: [prompt('p', 0), refused], toolCalls: [call('t', 'p', 7)] })).toEqual([
    'p',
    'tool:t',
    'r',
  ])
})

test('a row that did not change keeps its entry', () => {
  const line = timeline()
  const messages = [prompt('p', 0)]
  const [first] = line({ ...none, messages })
  expect(line({ ...none, messages: [...messages, prompt('q', 1)] })[0]).toBe(first)
})
