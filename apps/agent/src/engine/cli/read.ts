import type { Tokens } from '@strandline/chat'
import type { EngineEvent } from '../engine.ts'
import { type Json, list, number, record, text } from './shapes.ts'

/**
 * Makes our events of the lines of a command that speaks stream-json, the form of Claude's command line. Parts and
 * whole of a message meet under one key: the message's id and the place of the text among its texts.
 */
export interface Reader {
  read(line: string): readonly EngineEvent[]
  /** The input that a question was about, as the answer has to repeat it. */
  inputOf(question: string): unknown
  /** An error came in a result's place: a result that still comes would be taken for that of the next prompt. */
  readonly broken: boolean
}

/** Lines that say nothing a reader would miss. */
const NOISE = new Set([
  'init',
  'status',
  'task_started',
  'task_progress',
  'session_state_changed',
  'control_response',
  'keep_alive',
])

const TITLES = 60

export function createReader(): Reader {
  const inputs = new Map<string, unknown>()
  /** By message id: texts begun in parts, texts seen as a whole, and the key of each open block. */
  const begun = new Map<string, number>()
  const whole = new Map<string, number>()
  let streaming = ''
  let blocks = new Map<unknown, string>()
  let spent = 0
  let broken = false

  const count = (counts: Map<string, number>, id: string): string => {
    const n = counts.get(id) ?? 0
    counts.set(id, n + 1)
    return `${id}.${n}`
  }

  const partial = (event: Json): readonly EngineEvent[] => {
    switch (event.type) {
      case 'message_start':
        streaming = text(record(event.message).id) ?? 'message'
        blocks = new Map()
        return []
      case 'content_block_start':
        if (record(event.content_block).type === 'text') blocks.set(event.index, count(begun, streaming))
        return []
      case 'content_block_delta': {
        const said = text(record(event.delta).text)
        const message = blocks.get(event.index)
        return said !== undefined && message !== undefined ? [{ type: 'text', message, text: said }] : []
      }
      default:
        return []
    }
  }

  const assistant = (message: Json): readonly EngineEvent[] =>
    list(message.content).flatMap((block): readonly EngineEvent[] => {
      const said = text(block.text)
      if (block.type === 'text' && said !== undefined) {
        const key = count(whole, text(message.id) ?? 'message')
        return said === '' ? [] : [{ type: 'message', message: key, text: said }]
      }
      const id = text(block.id)
      if (block.type !== 'tool_use' || id === undefined) return []
      return [{ type: 'tool', id, name: text(block.name) ?? 'tool', input: block.input ?? {} }]
    })

  const results = (message: Json): readonly EngineEvent[] =>
    list(message.content).flatMap((block): readonly EngineEvent[] => {
      const id = text(block.tool_use_id)
      if (block.type !== 'tool_result' || id === undefined) return []
      return [
        {
          type: 'tool-end',
          id,
          state: block.is_error === true ? 'failed' : 'done',
          output: outputOf(block.content),
        },
      ]
    })

  const system = (line: Json): readonly EngineEvent[] => {
    const source = text(line.hook_name) ?? text(line.hook_event) ?? 'hook'
    const said = text(line.output) ?? text(line.stdout) ?? text(line.message) ?? ''
    switch (line.subtype) {
      case 'compact_boundary': {
        const about = record(line.compact_metadata)
        const [trigger, before] = [text(about.trigger), number(about.pre_tokens)]
        return [
          {
            type: 'notice',
            kind: 'compaction',
            source: 'engine',
            text: 'The conversation was summed up to make room',
            ...(trigger !== undefined && { trigger }),
            ...(before !== undefined && { tokensBefore: before }),
          },
        ]
      }
      case 'hook_started':
        return [{ type: 'notice', kind: 'hook-start', source, text: said }]
      case 'hook_progress':
        return [{ type: 'notice', kind: 'hook-message', source, text: said }]
      case 'hook_response':
        return [{ type: 'notice', kind: 'hook-end', source, text: said }]
      default:
        return NOISE.has(String(line.subtype)) ? [] : [unknown(`system ${String(line.subtype)}`)]
    }
  }

  const question = (line: Json): readonly EngineEvent[] => {
    const id = text(line.request_id)
    const request = record(line.request)
    if (request.subtype !== 'can_use_tool' || id === undefined)
      return [unknown(`control ${String(request.subtype)}`)]
    inputs.set(id, request.input ?? {})
    const tool = text(request.tool_use_id)
    const name = text(request.tool_name) ?? 'a tool'
    return [
      {
        type: 'ask',
        id,
        title: `May I use ${name}?`.slice(0, TITLES),
        detail: JSON.stringify(request.input ?? {}, null, 2),
        ...(tool !== undefined && { tool }),
      },
    ]
  }

  const result = (line: Json): readonly EngineEvent[] => {
    const tokens = tokensOf(record(line.usage))
    const models = Object.values(record(line.modelUsage)).map(record)
    const budget = models.map((model) => number(model.contextWindow)).find((size) => size !== undefined)
    const context = tokens.input + tokens.output + (tokens.cacheRead ?? 0) + (tokens.cacheWrite ?? 0)
    const usage: EngineEvent = { type: 'usage', tokens, context, ...(budget !== undefined && { budget }) }
    if (line.is_error === true || (text(line.subtype) ?? 'success') !== 'success') {
      const errors = Array.isArray(line.errors) ? line.errors.map(String).join('; ') : ''
      const message = text(line.result) || errors || `the engine reports ${String(line.subtype)}`
      return [usage, { type: 'failure', error: { code: text(line.subtype) ?? 'engine', message } }]
    }
    // The command counts the cost of its whole life.
    const total = number(line.total_cost_usd)
    const costUsd = total === undefined ? undefined : Math.max(0, total - spent)
    spent = total ?? spent
    const [durationMs, apiMs] = [number(line.duration_ms), number(line.duration_api_ms)]
    return [
      usage,
      {
        type: 'result',
        tokens,
        ...(durationMs !== undefined && { durationMs }),
        ...(apiMs !== undefined && { apiMs }),
        ...(costUsd !== undefined && { costUsd }),
      },
    ]
  }

  return {
    inputOf: (id) => inputs.get(id),
    get broken() {
      return broken
    },
    read(raw) {
      const line = parse(raw)
      if (!line) return [unknown('a line that is not JSON')]
      // What a helper of the engine's says is part of a tool call, not of the conversation.
      const aside = typeof line.parent_tool_use_id === 'string'
      switch (line.type) {
        case 'stream_event':
          return aside ? [] : partial(record(line.event))
        case 'assistant':
          return aside ? [] : assistant(record(line.message))
        case 'user':
          return aside ? [] : results(record(line.message))
        case 'system':
          return system(line)
        case 'rate_limit_event':
          return [rateLimit(record(line.rate_limit_info))]
        case 'control_request':
          return question(line)
        case 'result':
          return result(line)
        case 'error':
          broken = true
          return [failure(line)]
        default:
          return NOISE.has(String(line.type)) ? [] : [unknown(String(line.type))]
      }
    },
  }
}

function rateLimit(info: Json): EngineEvent {
  const resets = number(info.resetsAt)
  const until = resets === undefined ? '' : `, until ${new Date(resets * 1000).toISOString()}`
  const said = `${text(info.rateLimitType) ?? 'The rate limit'}: ${text(info.status) ?? 'reached'}${until}`
  return { type: 'notice', kind: 'rate-limit', source: 'engine', text: said }
}

/** An error that no result follows. */
function failure(line: Json): EngineEvent {
  const error = record(line.error)
  const message =
    text(error.message) ?? text(line.error) ?? text(line.message) ?? 'the engine reports an error'
  return { type: 'failure', error: { code: text(error.type) ?? 'engine', message } }
}

function unknown(what: string): EngineEvent {
  return { type: 'unknown', what }
}

function parse(raw: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(raw)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

function tokensOf(usage: Json): Tokens {
  const cacheRead = number(usage.cache_read_input_tokens)
  const cacheWrite = number(usage.cache_creation_input_tokens)
  return {
    input: number(usage.input_tokens) ?? 0,
    output: number(usage.output_tokens) ?? 0,
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
  }
}

/** A result is text, or blocks of it. */
function outputOf(content: unknown): string {
  if (typeof content === 'string') return content
  return list(content)
    .map((block) => text(block.text) ?? `[${String(block.type)}]`)
    .join('\n')
}
