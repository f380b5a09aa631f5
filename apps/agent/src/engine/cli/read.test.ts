import { expect, test } from 'vitest'
import { createReader } from './read.ts'

const read = (...lines: readonly object[]) => {
  const reader = createReader()
  return lines.flatMap((line) => reader.read(JSON.stringify(line)))
}
const event = (inner: object, more: object = {}) => ({ type: 'stream_event', event: inner, ...more })
const assistant = (...content: readonly object[]) => ({
  type: 'assistant',
  message: { id: 'msg_1', content },
})
const used = { input_tokens: 3, output_tokens: 4, cache_read_input_tokens: 100 }

test('S1-10 S1-16 the parts of a message and its whole meet under one key', () => {
  const events = read(
    event({ type: 'message_start', message: { id: 'msg_1' } }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking' } }),
    event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } }),
    event({ type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } }),
    event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hel' } }),
    event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'lo' } }),
    assistant({ type: 'thinking', thinking: 'hm' }),
    assistant({ type: 'text', text: 'Hello' }),
    event({ type: 'content_block_start', index: 2, content_block: { type: 'text', text: '' } }),
    event({ type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'More' } }),
    assistant({ type: 'text', text: 'More' }),
  )
  expect(events).toEqual([
    { type: 'text', message: 'msg_1.0', text: 'Hel' },
    { type: 'text', message: 'msg_1.0', text: 'lo' },
    { type: 'message', message: 'msg_1.0', text: 'Hello' },
    { type: 'text', message: 'msg_1.1', text: 'More' },
    { type: 'message', message: 'msg_1.1', text: 'More' },
  ])
})

test.each([
  [
    'a call',
    assistant({ type: 'tool_use', id: 't', name: 'Read', input: { path: '/x' } }),
    [{ type: 'tool', id: 't', name: 'Read', input: { path: '/x' } }],
  ],
  [
    'its end',
    { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 't', content: 'ok' }] } },
    [{ type: 'tool-end', id: 't', state: 'done', output: 'ok' }],
  ],
  [
    'its failure',
    {
      type: 'user',
      message: {
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't',
            is_error: true,
            content: [{ type: 'text', text: 'no' }, { type: 'image' }],
          },
        ],
      },
    },
    [{ type: 'tool-end', id: 't', state: 'failed', output: 'no\n[image]' }],
  ],
  [
    'S1-35 a question',
    {
      type: 'control_request',
      request_id: 'r',
      request: { subtype: 'can_use_tool', tool_name: 'Bash', input: { a: 1 }, tool_use_id: 't' },
    },
    [{ type: 'ask', id: 'r', title: 'May I use Bash?', tool: 't', detail: '{\n  "a": 1\n}' }],
  ],
  [
    'S1-11 a rate limit',
    {
      type: 'rate_limit_event',
      rate_limit_info: { status: 'rejected', rateLimitType: 'five_hour', resetsAt: 0 },
    },
    [
      {
        type: 'notice',
        kind: 'rate-limit',
        source: 'engine',
        text: 'five_hour: rejected, until 1970-01-01T00:00:00.000Z',
      },
    ],
  ],
  [
    'S1-11 a hook that starts',
    { type: 'system', subtype: 'hook_started', hook_name: 'lint' },
    [{ type: 'notice', kind: 'hook-start', source: 'lint', text: '' }],
  ],
  [
    'S1-11 a hook that speaks',
    { type: 'system', subtype: 'hook_progress', hook_name: 'lint', output: 'two lines' },
    [{ type: 'notice', kind: 'hook-message', source: 'lint', text: 'two lines' }],
  ],
  [
    'S1-11 a hook that ends',
    { type: 'system', subtype: 'hook_response', hook_name: 'lint', stdout: 'fine' },
    [{ type: 'notice', kind: 'hook-end', source: 'lint', text: 'fine' }],
  ],
  [
    'S1-15 a compaction',
    { type: 'system', subtype: 'compact_boundary', compact_metadata: { trigger: 'auto', pre_tokens: 9 } },
    [
      {
        type: 'notice',
        kind: 'compaction',
        source: 'engine',
        text: 'The conversation was summed up to make room',
        trigger: 'auto',
        tokensBefore: 9,
      },
    ],
  ],
  ['S1-11 noise', { type: 'system', subtype: 'init', model: 'm' }, []],
  ['what a helper says', event({ type: 'message_start' }, { parent_tool_use_id: 't' }), []],
  ['S1-10 something new', { type: 'rocket' }, [{ type: 'unknown', what: 'rocket' }]],
  [
    'S1-10 something new of the system',
    { type: 'system', subtype: 'x' },
    [{ type: 'unknown', what: 'system x' }],
  ],
  [
    'S1-13 a result',
    {
      type: 'result',
      subtype: 'success',
      is_error: false,
      duration_ms: 5,
      duration_api_ms: 4,
      total_cost_usd: 0.5,
      usage: used,
      modelUsage: { m: { contextWindow: 200 } },
    },
    [
      { type: 'usage', tokens: { input: 3, output: 4, cacheRead: 100 }, context: 107, budget: 200 },
      {
        type: 'result',
        tokens: { input: 3, output: 4, cacheRead: 100 },
        durationMs: 5,
        apiMs: 4,
        costUsd: 0.5,
      },
    ],
  ],
  [
    'S1-12 an error',
    { type: 'result', subtype: 'error_max_turns', is_error: true, errors: ['too many turns'] },
    [
      { type: 'usage', tokens: { input: 0, output: 0 }, context: 0 },
      { type: 'failure', error: { code: 'error_max_turns', message: 'too many turns' } },
    ],
  ],
  [
    'S1-12 an error without a result',
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    [{ type: 'failure', error: { code: 'overloaded_error', message: 'Overloaded' } }],
  ],
  [
    'S1-12 an error of few words',
    { type: 'error', error: 'no' },
    [{ type: 'failure', error: { code: 'engine', message: 'no' } }],
  ],
])('S1-10 %s', (_, line, events) => {
  expect(read(line)).toEqual(events)
})

test('the cost of a run is what it adds to that of the command', () => {
  const result = (total: number) => ({ type: 'result', subtype: 'success', total_cost_usd: total })
  const costs = read(result(1), result(1.5)).flatMap((one) => (one.type === 'result' ? [one.costUsd] : []))
  expect(costs).toEqual([1, 0.5])
})

test.each([
  '',
  'no json',
  '[]',
  'null',
  '7',
  '{"type":"assistant"}',
  '{"type":"user","message":{"content":7}}',
])('nothing that comes throws: %s', (line) => {
  expect(
    createReader()
      .read(line)
      .every(({ type }) => type === 'unknown'),
  ).toBe(true)
})
