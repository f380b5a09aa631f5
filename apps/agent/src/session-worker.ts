import { cancelledRun, isOpen, type Message, type Run, rowItem } from '@strandline/chat'
import type { Activity } from './activity.ts'
import { bell } from './bell.ts'
import type { Desk } from './desk.ts'
import type { Stop } from './flight.ts'
import { JournalError } from './journal/journal.ts'
import { contextOf } from './prompt.ts'
import { leftovers } from './recover.ts'
import { type RunInFlight, startRun } from './run.ts'
import { warmEngine } from './warm-engine.ts'

/** Answers the prompts of one session, one at a time, in the order of the log. */
export interface SessionWorker {
  /** Rows have changed. */
  changed(): void
  /** Ends the run in flight as interrupted, and the engine. Resolves when both are done. */
  close(): Promise<void>
  /** Resolves when it has come to its end, by `close` or because it could not go on. */
  readonly ended: Promise<void>
}

export function startWorker(desk: Desk, activity: Pick<Activity, 'begin' | 'end'>): SessionWorker {
  const { agent, conversation, journal, clock, timing, session, report } = desk
  const life = new AbortController()
  const { signal } = life
  const news = bell()
  const engine = warmEngine(desk.engine, clock, timing.idleMs)
  /** Prompts that have been dealt with here, whether the log shows it yet or not. */
  const taken = new Set<string>()
  const seen = new Set<string>()
  let flight: RunInFlight | undefined
  /** The prompt whose run is being entered into the log, and what has been wished for it meanwhile. */
  let beginning: { readonly id: string; stop?: Stop } | undefined

  const stands = (prompt: Message) => !taken.has(prompt.id) && prompt.author !== agent.id

  /** An abort takes effect if its run has not ended when it is read, and once. */
  const heedAborts = async () => {
    for (const abort of conversation.aborts()) {
      if (seen.has(abort.id)) continue
      seen.add(abort.id)
      const stop: Stop = { state: 'aborted', by: abort.by, place: abort.place }
      if (beginning?.id === abort.run) beginning.stop ??= stop
      if (flight?.id === abort.run) flight.stop(stop)
      const waiting = conversation.waiting(abort.place).filter(stands)
      if (!waiting.some(({ id }) => id === abort.run)) continue
      for (const { id } of waiting) taken.add(id)
      await journal.commit(
        ...waiting.map((prompt) =>
          rowItem('run', cancelledRun(prompt, abort, { agent: agent.id, epoch: agent.epoch })),
        ),
      )
    }
  }

  const isCold = (prompt: Message): boolean => {
    try {
      return !engine.isWarm(contextOf(desk, prompt))
    } catch {
      return false
    }
  }

  /** Enters the run into the log; undefined where that was refused, or somebody else was first. */
  const begin = async (prompt: Message): Promise<Run | undefined> => {
    const { id } = prompt
    taken.add(id)
    const at = clock.now()
    const { model } = prompt.prompt ?? {}
    const run: Run = {
      id,
      agent: agent.id,
      epoch: agent.epoch,
      at,
      ...(model !== undefined && { model }),
      state: isCold(prompt) ? 'starting' : 'running',
      until: at + timing.leaseMs,
    }
    try {
      await conversation.holds(await journal.commit(rowItem('run', run)))
    } catch (error) {
      if (!(error instanceof JournalError) || error.code !== 'refused') throw error
      report('run-refused', { session, run: id, why: error.message })
      return undefined
    }
    const entered = conversation.run(id)
    const ours = entered && isOpen(entered) && entered.agent === agent.id && entered.epoch === agent.epoch
    return ours ? entered : undefined
  }

  const perform = async (prompt: Message) => {
    beginning = { id: prompt.id }
    const run = await begin(prompt)
    const { stop } = beginning
    beginning = undefined
    if (!run) return
    activity.begin(run.id)
    flight = startRun(desk, engine, prompt, run)
    if (stop) flight.stop(stop)
    if (signal.aborted) flight.stop({ state: 'interrupted' })
    await flight.ended
    activity.end(flight.said)
    flight = undefined
  }

  const work = async () => {
    await conversation.live()
    const left = leftovers(desk)
    if (left.length > 0) await journal.commit(...left)
    for (const abort of conversation.aborts()) if (conversation.run(abort.run)) seen.add(abort.id)
    while (!signal.aborted && !journal.ended) {
      await heedAborts()
      const prompt = conversation.waiting().find(stands)
      if (prompt) {
        await perform(prompt)
        continue
      }
      engine.rest()
      await news.wait(signal)
    }
  }

  const running = work()
    .catch((error: unknown) => {
      if (!signal.aborted) report('worker-ended', { session, why: String(error) })
    })
    .finally(() => engine.drop())

  return {
    ended: running,
    changed() {
      news.ring()
      if (!flight && !beginning) return
      flight?.look()
      heedAborts().catch((error: unknown) => report('abort-not-heeded', { session, why: String(error) }))
    },
    async close() {
      life.abort()
      flight?.stop({ state: 'interrupted' })
      await running
    },
  }
}
