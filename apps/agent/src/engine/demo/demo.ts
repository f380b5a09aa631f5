import { type Clock, pause } from '../../clock.ts'
import type { Engine, EngineEvent, EngineSession, Prompt } from '../engine.ts'
import { stepsFor } from './rules.ts'
import type { Step } from './step.ts'

/** Tokens that the demo pretends its context can hold. */
const BUDGET = 32_000

/** What a million tokens would cost, in dollars; for the meter. */
const PRICE = { input: 1, output: 5 }

export interface DemoOptions {
  readonly clock: Clock
  /** Words a second. */
  readonly rate: number
  /** Milliseconds of its cold start. */
  readonly startMs: number
}

/** Answers by rule, out of the conversation alone: no network, no model, and everything a real engine may do. */
export function demoEngine({ clock, rate, startMs }: DemoOptions): Engine {
  return {
    name: 'demo',
    models: ['demo-steady', 'demo-swift'],
    needsWorkspace: false,
    async open(_, signal) {
      await pause(clock, startMs, signal)
      signal.throwIfAborted()
      return demoSession(clock, rate)
    },
  }
}

function demoSession(clock: Clock, rate: number): EngineSession {
  const life = new AbortController()
  let soft = new AbortController()
  const questions = new Map<string, (allowed: boolean) => void>()

  async function* prompt(asked: Prompt): AsyncGenerator<EngineEvent> {
    soft = new AbortController()
    const began = clock.now()
    const wordMs = 1000 / (asked.model === 'demo-swift' ? rate * 4 : rate)
    const input = tokensOf(asked.text) + asked.history.reduce((sum, { text }) => sum + tokensOf(text), 0)
    const count = { output: 0, say: 0, tool: 0 }
    let ears = soft.signal

    const stopped = () => life.signal.aborted || ears.aborted
    const wait = (ms: number) => pause(clock, ms, AbortSignal.any([life.signal, ears]))
    const usage = (): EngineEvent => {
      const tokens = { input, output: count.output }
      return { type: 'usage', tokens, context: input + count.output, budget: BUDGET }
    }

    async function* speak(text: string): AsyncGenerator<EngineEvent> {
      const message = `m${count.say++}`
      let said = ''
      for (const word of text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
        await wait(wordMs)
        if (stopped()) return
        count.output += tokensOf(word)
        said += word
        yield { type: 'text', message, text: word }
      }
      yield { type: 'message', message, text: said }
    }

    async function* carryOut(steps: readonly Step[]): AsyncGenerator<EngineEvent, 'ended' | 'on'> {
      for (const step of steps) {
        if (stopped()) return 'on'
        switch (step.do) {
          case 'say':
            yield* speak(step.text)
            break
          case 'pause':
            await wait(step.ms)
            break
          case 'tool': {
            const id = `t${count.tool++}`
            yield { type: 'tool', id, name: step.name, input: step.input }
            await wait(500)
            if (stopped()) return 'on'
            yield { type: 'tool-end', id, state: step.fails ? 'failed' : 'done', output: step.output }
            break
          }
          case 'ask': {
            const id = `t${count.tool++}`
            yield { type: 'tool', id, name: step.tool, input: step.input }
            const answer = question(id)
            const about = step.detail === undefined ? {} : { detail: step.detail }
            yield { type: 'ask', id, tool: id, title: step.title, ...about }
            const allowed = await Promise.race([answer, aborted(AbortSignal.any([life.signal, ears]))])
            questions.delete(id)
            if (allowed === undefined) return 'on'
            yield { type: 'tool-end', id, state: allowed ? 'done' : 'denied' }
            if ((yield* carryOut(allowed ? step.allowed : step.denied)) === 'ended') return 'ended'
            break
          }
          case 'emit':
            yield step.event
            break
          case 'deafen':
            ears = new AbortController().signal
            break
          case 'fail':
            yield { type: 'failure', error: step.error }
            return 'ended'
          case 'crash':
            life.abort()
            return 'ended'
        }
      }
      return 'on'
    }

    if ((yield* carryOut(stepsFor(asked))) === 'ended') return
    if (life.signal.aborted) return
    yield usage()
    const ms = clock.now() - began
    const costUsd = (input * PRICE.input + count.output * PRICE.output) / 1e6
    yield { type: 'result', durationMs: ms, apiMs: Math.round(ms * 0.9), costUsd }
  }

  const question = (id: string) =>
    new Promise<boolean>((resolve) => {
      questions.set(id, resolve)
    })

  return {
    prompt,
    answer: (id, allowed) => questions.get(id)?.(allowed),
    interrupt: () => soft.abort(),
    get alive() {
      return !life.signal.aborted
    },
    async close() {
      life.abort()
    },
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

/** About as many as a model would count. */
function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}
