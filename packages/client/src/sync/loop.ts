import { child, type Effects, first } from '../effects.ts'
import { asSyncError, SyncError, unreachable } from '../errors.ts'
import type { Page } from '../http/page.ts'
import { type Presence, present } from '../presence.ts'
import type { Offset } from '../protocol/index.ts'
import type { Slot } from '../slots.ts'
import type { TailMode, Transport } from '../transport.ts'
import type { Turnstile } from '../turnstile.ts'
import { next, type SyncEvent, type SyncState, start } from './state.ts'

/** The log as the loop sees it. */
export interface Shore {
  /** Where the log on disk ends; asked at every connect, so that restart and reconnect are one path. */
  head(): Promise<Offset>
  /** Makes the page part of the log. `gap` where the log has moved elsewhere meanwhile. */
  accept(page: Page, source: 'catch-up' | 'tail'): Promise<'stored' | 'already' | 'gap'>
  /** Drops the log; `trimmed` where the relay has the stream but no longer what follows the head. */
  drop(trimmed: boolean): Promise<void>
  synced(): boolean
  /** A stream that does not exist is to be made. */
  create(): boolean
  /** It is to be made without asking whether it exists. */
  makeFirst(): boolean
}

export interface SyncOptions {
  readonly transport: Transport
  readonly shore: Shore
  readonly effects: Pick<Effects, 'now' | 'random' | 'sleep'>
  readonly presence: Presence
  /** Where the tail's connection comes from. */
  readonly slot: Slot
  /** Reads of many streams pass it: after a night's sleep they come one after another. */
  readonly turn: Turnstile
  /** Someone looks, or there is something to send. */
  readonly wanted: () => boolean
  /** Resolves when someone asks for another look at the relay, or when `signal` ends. */
  readonly nudge: (signal: AbortSignal) => Promise<void>
  readonly report: (state: SyncState) => void
}

/** Milliseconds between two looks at a stream that has no connection of its own. */
const POLL = 4_000

/** Milliseconds of silence after which a tail is not trusted when the page comes back: a relay gives signs of life. */
const STALE = 30_000

/** Keeps the log at the relay's tail until `signal` ends it; never rejects. One wait at a time, no flags. */
export async function runSync(options: SyncOptions, signal: AbortSignal): Promise<void> {
  let state = start({ makeFirst: options.shore.makeFirst() })
  const happened = (event: SyncEvent) => {
    const { effects, presence, shore, slot, transport, wanted } = options
    state = next(state, event, {
      now: effects.now(),
      random: effects.random(),
      online: presence.online(),
      synced: shore.synced(),
      create: shore.create(),
      mode: transport.mode,
      slot: slot.held(),
      wanted: wanted(),
    })
    if (!signal.aborted) options.report(state)
  }
  options.report(state)
  const ahead = readingAhead(options, signal)
  while (!signal.aborted && state.state !== 'closed') {
    try {
      await act(state, { ...options, ahead }, happened, signal)
    } catch (error) {
      happened({ type: 'failed', error: asSyncError(error, 'network') })
    }
  }
  options.slot.release()
}

interface Acting extends SyncOptions {
  /** One catch-up answer from an offset on. */
  readonly ahead: (from: Offset) => Promise<Page>
}

/** Asks for what follows a page as soon as that is there, so that it comes while the page is stored and shown. */
function readingAhead({ transport, turn }: SyncOptions, signal: AbortSignal): Acting['ahead'] {
  const ask = (from: Offset) => ({ from, page: turn(() => transport.read(from, signal)) })
  let next: ReturnType<typeof ask> | undefined
  return async (from) => {
    const asked = next?.from === from ? next : ask(from)
    next = undefined
    const page = await asked.page
    if (page.upToDate || page.items.length === 0) return page
    next = ask(page.to)
    next.page.catch(() => undefined)
    return page
  }
}

/** Does what the state is for; every way on is an event. */
async function act(
  state: SyncState,
  options: Acting,
  happened: (event: SyncEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { transport, shore, effects } = options
  switch (state.state) {
    case 'catching-up':
      await readOn(options, happened)
      return
    case 'live':
      if (state.transport !== 'poll')
        return happened(await follow(state.transport, options, happened, signal))
      await pause(POLL * (0.5 + effects.random()), options, signal)
      while (!signal.aborted && !(await readOn(options, happened)));
      return happened({ type: 'ended' })
    case 'waiting':
      await pause(state.retryAt - effects.now(), options, signal)
      return happened({ type: 'wake' })
    case 'creating':
      await transport.create(signal)
      return happened({ type: 'created' })
    case 'renewing':
      await effects.sleep(Math.max(0, state.after - effects.now()), signal)
      await shore.drop(state.trimmed)
      return happened({ type: 'dropped' })
    case 'unauthorized':
      await first(signal, options.nudge, transport.otherCredentials)
      return happened({ type: 'wake' })
    case 'gone':
    case 'halted':
      await options.nudge(signal)
      return happened({ type: 'wake' })
    case 'closed':
      return
    default:
      return unreachable(state)
  }
}

/** Pages from the log's head on. True at the tail, with a connection for what follows where one is free. */
async function readOn(options: Acting, happened: (event: SyncEvent) => void): Promise<boolean> {
  const { shore, slot, ahead } = options
  for (let from = await shore.head(); ; ) {
    const page = await ahead(from)
    const outcome = await shore.accept(page, 'catch-up')
    if (outcome === 'gap') return false
    if (page.upToDate && !page.closed) await slot.take()
    happened(pageEvent(page))
    if (page.upToDate || outcome === 'already') return page.upToDate
    from = page.to
  }
}

/** Holds a tail open; resolves with what ended it, and with its connection given back unless it ended well. */
async function follow(
  mode: TailMode,
  options: SyncOptions,
  happened: (event: SyncEvent) => void,
  signal: AbortSignal,
): Promise<SyncEvent> {
  const { transport, shore, slot, effects, presence } = options
  const tail = child(signal)
  let ending: SyncEvent = { type: 'ended' }
  const end = (event: SyncEvent) => {
    if (tail.signal.aborted) return
    ending = event
    tail.abort()
  }
  let heardAt = effects.now()
  const onHeard = () => {
    heardAt = effects.now()
  }
  const onPage = async (page: Page) => {
    const outcome = await shore.accept(page, 'tail')
    if (outcome === 'gap') end({ type: 'overtaken' })
    else happened(pageEvent(page))
  }
  void options.nudge(tail.signal).then(() => end({ type: 'wake' }))
  presence.watch(() => {
    // A connection that the device has lost, or slept through, may take minutes to fail by itself.
    if (!presence.online()) end({ type: 'failed', error: new SyncError('network', 'offline') })
    else if (effects.now() - heardAt > STALE) end({ type: 'wake' })
  }, tail.signal)
  try {
    await transport.tail(await shore.head(), mode, { onPage, onHeard }, tail.signal)
  } catch (error) {
    if (!tail.signal.aborted) ending = { type: 'failed', error: asSyncError(error, 'network') }
  } finally {
    tail.abort()
    if (ending.type !== 'ended') slot.release()
  }
  return ending
}

function pageEvent({ items, upToDate, closed }: Page): SyncEvent {
  return { type: 'page', items: items.length, upToDate, closed: closed && upToDate }
}

/** Ends with the time, a nudge, or the network or the page coming back; no later than `signal`. */
function pause(ms: number, { effects, presence, nudge }: SyncOptions, signal: AbortSignal): Promise<void> {
  const sleep = (until: AbortSignal) => effects.sleep(Math.max(0, ms), until)
  return first(signal, nudge, sleep, (until) => present(presence, until))
}
