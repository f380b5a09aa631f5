import { deltaItem, type Message, type RunEnd, rowItem, type Tokens, type Usage } from '@strandline/chat'
import type { StateItem } from '@strandline/client'
import type { EngineEvent } from './engine/engine.ts'

export interface TranscriptOptions {
  readonly run: string
  readonly agent: { readonly id: string; readonly name: string }
  readonly now: () => number
  /** Tokens that the session had used before this run. */
  readonly before: number
  /** Whether the log has an answer to a question of this run, by the approval's id. */
  readonly decided: (approval: string) => boolean
}

/** What one run has said so far, and what each event of its engine becomes in the log. */
export interface Transcript {
  take(event: EngineEvent): readonly StateItem[]
  /**
   * Everything that brings the run to its end, in order: what is open is closed, the account, and last the end. An
   * answer that was cut off keeps its text.
   */
  close(end: RunEnd): readonly StateItem[]
  /** Events that were not understood. */
  readonly unknown: number
  /** The text of the last message. */
  readonly said: string
}

export function createTranscript({ run, agent, now, before, decided }: TranscriptOptions): Transcript {
  /** Messages that are growing. */
  const open = new Map<string, Message>()
  const done = new Set<string>()
  const tools = new Set<string>()
  const questions = new Set<string>()
  let notices = 0
  let unknown = 0
  let said = ''
  let usage: Omit<Usage, 'total' | 'at'> | undefined
  let result: Extract<EngineEvent, { readonly type: 'result' }> | undefined

  const own = (id: string) => `${run}/${id}`

  const begin = (id: string, text: string): Message => {
    return { id, author: agent.id, name: agent.name, at: now(), text, run, state: 'streaming' }
  }

  const text = (key: string, more: string): readonly StateItem[] => {
    const id = own(key)
    if (done.has(id) || more === '') return []
    const message = open.get(id)
    const grown = { ...(message ?? begin(id, '')), text: (message?.text ?? '') + more }
    open.set(id, grown)
    said = grown.text
    const delta = deltaItem('message.delta', id, { from: message?.text.length ?? 0, text: more })
    return message ? [delta] : [rowItem('message', begin(id, '')), delta]
  }

  const whole = (key: string, all: string): readonly StateItem[] => {
    const id = own(key)
    if (done.has(id)) return []
    const message = open.get(id)
    open.delete(id)
    done.add(id)
    said = all
    const row: Message = { ...(message ?? begin(id, '')), text: all, state: 'complete' }
    return [rowItem('message', row, message ? 'update' : 'insert')]
  }

  return {
    get unknown() {
      return unknown
    },
    get said() {
      return said
    },
    take(event) {
      switch (event.type) {
        case 'text':
          return text(event.message, event.text)
        case 'message':
          return whole(event.message, event.text)
        case 'tool': {
          const id = own(event.id)
          tools.add(id)
          const { name, input } = event
          return [rowItem('toolCall', { id, run, name, input, at: now(), state: 'running' })]
        }
        case 'tool-end': {
          const { type: _, id, ...end } = event
          tools.delete(own(id))
          return [deltaItem('toolCall.end', own(id), { ...end, endedAt: now() })]
        }
        case 'ask': {
          const { title, detail, tool } = event
          const id = own(event.id)
          questions.add(id)
          const about = {
            ...(detail !== undefined && { detail }),
            ...(tool !== undefined && { toolCall: own(tool) }),
          }
          return [rowItem('approval', { id, run, title, ...about, at: now(), state: 'asked' })]
        }
        case 'notice': {
          const { type: _, ...notice } = event
          return [rowItem('notice', { id: own(`notice-${notices++}`), run, ...notice, at: now() })]
        }
        case 'usage': {
          const { type: _, ...numbers } = event
          usage = { id: run, ...numbers }
          return []
        }
        case 'result':
          result = event
          if (event.tokens) usage = { ...usage, id: run, tokens: event.tokens }
          return []
        case 'failure':
          return []
        case 'unknown':
          unknown += 1
          return []
      }
    },
    close(end) {
      const at = now()
      const cut = end.state === 'finished' ? 'complete' : 'incomplete'
      const messages = [...open.values()].map((row) => rowItem('message', { ...row, state: cut }, 'update'))
      const state = end.state === 'failed' ? 'failed' : 'cancelled'
      const calls = [...tools].map((id) => deltaItem('toolCall.end', id, { state, endedAt: at }))
      const asked = [...questions]
        .filter((id) => !decided(id))
        .map((id) => deltaItem('approval.decision', id, { state: 'cancelled', by: agent.id, decidedAt: at }))
      const { durationMs, apiMs, costUsd } = result ?? {}
      const facts = {
        ...(durationMs !== undefined && { durationMs }),
        ...(apiMs !== undefined && { apiMs }),
        ...(costUsd !== undefined && { costUsd }),
        ...(usage && { usage: usage.tokens }),
      }
      const spent = costUsd !== undefined ? { costUsd } : {}
      const account = usage
        ? [rowItem('usage', { ...usage, ...spent, total: before + sum(usage.tokens), at }, 'upsert')]
        : []
      return [...messages, ...calls, ...asked, ...account, deltaItem('run.end', run, { ...end, ...facts })]
    },
  }
}

function sum({ input, output }: Tokens): number {
  return input + output
}
