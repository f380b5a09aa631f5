import {
  cancelledRun,
  deltaItem,
  isOpen,
  type Message,
  type Run,
  type RunEnd,
  rowItem,
} from '@strandline/chat'
import { every } from './clock.ts'
import type { Desk } from './desk.ts'
import { EngineError, type EngineSession, failureOf } from './engine/engine.ts'
import { type Flight, type FlightEvent, next, type Outcome, type Stop } from './flight.ts'
import { JournalError } from './journal/journal.ts'
import { contextOf, promptOf } from './prompt.ts'
import { createTranscript } from './transcript.ts'
import type { WarmEngine } from './warm-engine.ts'

/** A prompt that is being answered. */
export interface RunInFlight {
  readonly id: string
  /** Softly first, by force after the grace. */
  stop(stop: Stop): void
  /** Rows have changed: a question may have been answered, or the run ended by somebody else. */
  look(): void
  /** Resolves when the end is in the log, or cannot be written any more. Never rejects. */
  readonly ended: Promise<void>
  /** The last of what it has said so far. */
  readonly said: string
}

/**
 * Answers a prompt whose run has begun in the log. Whatever happens, the run gets one end, after everything that was
 * said, in one append with what it closes.
 */
export function startRun(desk: Desk, engine: WarmEngine, prompt: Message, began: Run): RunInFlight {
  const { agent, conversation, journal, clock, timing } = desk
  const { id } = prompt
  const mark = { agent: agent.id, epoch: agent.epoch }
  const before = conversation.spent()
  // One that is asked and not yet read back is open: nobody can have answered it.
  const decided = (approval: string) => (conversation.approval(approval)?.state ?? 'asked') !== 'asked'
  const transcript = createTranscript({ run: id, agent, now: clock.now, before, decided })
  const opening = new AbortController()
  let force: (value: 'forced') => void = () => undefined
  const forced = new Promise<'forced'>((resolve) => {
    force = resolve
  })
  let flight: Flight = began.state === 'starting' ? { phase: 'starting' } : { phase: 'running' }
  let session: EngineSession | undefined
  let cancelGrace: (() => void) | undefined

  const until = () => clock.now() + timing.leaseMs
  const step = (state: 'running' | 'waiting') =>
    journal.write(deltaItem('run.step', id, { state, until: until() }))

  const dispatch = (event: FlightEvent) => {
    const was = flight
    flight = next(was, event)
    if (flight === was) return
    switch (flight.phase) {
      case 'starting':
        return
      case 'running':
      case 'waiting':
        if (was.phase !== flight.phase) step(flight.phase)
        return
      case 'stopping':
        if (flight.hard) {
          force('forced')
          void engine.drop()
          return
        }
        opening.abort()
        session?.interrupt()
        cancelGrace = clock.after(timing.graceMs, () => dispatch({ type: 'grace-over' }))
        return
      case 'ended':
        cancelGrace?.()
    }
  }

  const look = () => {
    const row = conversation.run(id)
    // A tab took us for dead while we were cut off: it has ended the run, so there is nobody left to answer.
    if (row && !isOpen(row)) {
      const by = 'by' in row && row.by !== undefined ? row.by : agent.id
      dispatch({ type: 'stop', stop: { state: 'aborted', by, place: 0 } })
    }
    if (flight.phase !== 'waiting') return
    for (const question of flight.questions) {
      const row = conversation.approval(`${id}/${question}`)
      if (!row || row.state === 'asked') continue
      session?.answer(question, row.state === 'allowed')
      dispatch({ type: 'answered', question })
    }
  }

  const answer = async (): Promise<Outcome> => {
    const context = contextOf(desk, prompt)
    const { attachments = [] } = prompt
    const taken = await desk.attachments.take(desk.session, id, attachments, opening.signal)
    try {
      const opened = await Promise.race([quiet(engine.get(context, opening.signal)), forced])
      if (opened === 'forced') return { state: 'finished' }
      session = opened
      dispatch({ type: 'opened' })
      return await listen(opened, taken.files)
    } finally {
      await taken.dispose()
    }
  }

  const listen = async (opened: EngineSession, files: Parameters<typeof promptOf>[2]): Promise<Outcome> => {
    const events = opened.prompt(promptOf(desk, prompt, files))[Symbol.asyncIterator]()
    for (;;) {
      await Promise.race([journal.room(), forced])
      const said = await Promise.race([quiet(events.next()), forced])
      if (said === 'forced') return { state: 'finished' }
      if (said.done) throw new EngineError('no-result', 'the engine ended without a result')
      const event = said.value
      journal.write(...transcript.take(event))
      if (event.type === 'result') return { state: 'finished' }
      if (event.type === 'failure') return { state: 'failed', error: event.error }
      if (event.type === 'ask') dispatch({ type: 'asked', question: event.id })
      look()
    }
  }

  const endOf = (end: Outcome | Stop): RunEnd => {
    const endedAt = clock.now()
    const facts = { endedAt, durationMs: endedAt - began.at }
    switch (end.state) {
      case 'finished':
      case 'interrupted':
        return { state: end.state, ...facts }
      case 'failed':
        return { state: end.state, ...facts, error: end.error }
      case 'aborted':
        return { state: end.state, ...facts, by: end.by }
    }
  }

  const close = async (end: Outcome | Stop) => {
    const cancelled =
      end.state === 'aborted'
        ? conversation
            .waiting(end.place)
            .map((waiting) =>
              rowItem('run', cancelledRun(waiting, { ...end, id, run: id, at: clock.now() }, mark)),
            )
        : []
    const items = transcript.close(endOf(end))
    try {
      // Read back before the next prompt is looked for: what was cancelled is not to begin.
      await conversation.holds(await journal.commit(...cancelled, ...items))
    } catch (error) {
      if (!(error instanceof JournalError) || error.code !== 'refused') throw error
      const failed = { state: 'failed', error: { code: 'refused', message: error.message } } as const
      await journal.commit(deltaItem('run.end', id, endOf(failed)))
    }
  }

  const work = async () => {
    const cancelLease = every(clock, timing.leaseMs / 3, () =>
      journal.write(deltaItem('run.lease', id, { until: until() })),
    )
    try {
      const outcome = await answer().catch((error: unknown): Outcome => {
        // Nobody knows what state the engine is in.
        void engine.drop()
        return { state: 'failed', error: failureOf(error) }
      })
      dispatch({ type: 'done', outcome })
      cancelLease()
      if (flight.phase === 'ended') await close(flight.end)
    } catch (error) {
      // The journal has ended: whoever ended it knows.
      desk.report('end-not-written', { session: desk.session, run: id, why: String(error) })
    } finally {
      cancelLease()
      cancelGrace?.()
      if (transcript.unknown > 0)
        desk.report('unknown-events', { session: desk.session, run: id, count: transcript.unknown })
    }
  }

  return {
    id,
    stop: (stop) => dispatch({ type: 'stop', stop }),
    look,
    get said() {
      return transcript.said
    },
    ended: work(),
  }
}

/** A promise that may lose a race, and fail after it. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
