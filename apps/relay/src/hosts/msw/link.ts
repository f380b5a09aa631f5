import { brokenOff, type Connection, carry, ending } from './connection.ts'
import type { Faults, Plan } from './faults.ts'
import type { Ledger } from './ledger.ts'
import type { Passing, RecordedRequest } from './match.ts'
import { countItems, record } from './recorder.ts'
import { bodyOf, copyOf, discard, inPlace, type Onward } from './request.ts'
import { untilUndone } from './undone.ts'

export interface LinkOptions {
  /** The relay behind. */
  readonly send: (request: Request) => Promise<Response>
  readonly faults: Faults
  readonly ledger: Ledger
  /** What is to be done before a request goes on: a change at the relay that was asked for earlier. */
  readonly ready: () => Promise<void>
  /** May answer in the relay's place, or say that another request goes on. */
  readonly rewrite: (passing: Passing) => Onward | Response
}

/** The network between clients and a relay: passes requests on, writes them down, and spoils them as told. */
export interface Link {
  /** Rejects as `fetch` does where the connection breaks. */
  fetch(request: Request): Promise<Response>
  readonly requests: RecordedRequest[]
  /** Those that are under way, live reads that wait included. */
  open(): readonly RecordedRequest[]
  /** Every connection of which `which` holds breaks. */
  break(which: (record: RecordedRequest) => boolean): void
  /** Every answer of which `which` holds is over, in good order, and whoever reads it is to come back. */
  finish(which: (record: RecordedRequest) => boolean): void
  /** Whether nothing is under way but live reads that have all there is. */
  resting(): boolean
}

export function createLink({ send, faults, ledger, ready, rewrite }: LinkOptions): Link {
  const requests: RecordedRequest[] = []
  const open = new Set<Connection>()
  const carried = new WeakSet<Response>()
  let preparing = 0

  /**
   * The client's Request is kept for as long as the connection is: a Request that is collected no longer passes on
   * what its signal hears, and a tail would outlive its reader.
   */
  const connect = (passing: Passing): Connection => {
    const life = new AbortController()
    const { signal } = passing.request
    const leave = () => {
      connection.end(false)
      ledger.left(passing)
      life.abort(signal.reason)
    }
    const connection: Connection = {
      passing,
      signal: life.signal,
      resting: false,
      break() {
        if (!open.has(connection)) return
        ledger.broken(passing)
        connection.end(false)
        life.abort(brokenOff())
      },
      end(whole) {
        if (!open.delete(connection)) return
        signal.removeEventListener('abort', leave)
        if (whole) ledger.answered(passing)
        else ledger.changed()
      },
    }
    open.add(connection)
    ledger.began(passing)
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    return connection
  }

  const deliver = async (connection: Connection, plan: Plan): Promise<Response> => {
    const { passing, signal } = connection
    const ended = ending(signal)
    if (plan.down) throw brokenOff()
    const held = async (of: 'request' | 'answer') => {
      const { delay } = plan
      if (delay?.of === of) await untilUndone(delay.undone, ended, delay.ms)
    }
    await held('request')
    const instead = plan.refuse ?? plan.answer
    if (instead) {
      await held('answer')
      return inPlace(instead)
    }
    const onward = rewrite(passing)
    if (onward instanceof Response) return onward
    connection.resting = passing.record.live === 'long-poll'
    const answer = await Promise.race([send(copyOf(passing, onward, signal)), ended])
    connection.resting = false
    if (plan.twice) await discard(await send(copyOf(passing, onward, signal)))
    if (plan['lose-ack']) {
      await discard(answer)
      connection.end(false)
      ledger.heard(passing, answer.status)
      throw brokenOff()
    }
    await held('answer')
    if (!answer.body) return answer
    const body = carry(answer.body, connection, {
      cut: (bytes) => faults.cut(passing, bytes),
      muted: plan.mute?.undone,
      piece: plan.trickle?.bytes ?? Number.POSITIVE_INFINITY,
      rested: () => ledger.answered(passing),
    })
    const carriedOn = new Response(body, { status: answer.status, headers: answer.headers })
    carried.add(carriedOn)
    return carriedOn
  }

  return {
    requests,
    open: () => [...open].map(({ passing }) => passing.record),
    async fetch(request) {
      const written = record(request)
      requests.push(written)
      preparing += 1
      const body = await bodyOf(request).finally(() => {
        preparing -= 1
      })
      written.body = new TextDecoder().decode(body)
      written.items = countItems(body)
      const connection = connect({ record: written, request, body })
      try {
        await Promise.race([ready(), ending(connection.signal)])
        const { plan, done } = faults.plan(connection.passing)
        const answer = await deliver(connection, plan).finally(done)
        written.status = answer.status
        ledger.heard(connection.passing, answer.status)
        if (!carried.has(answer)) connection.end(true)
        return answer
      } catch (error) {
        // A fault of the relay behind breaks the connection just as a fault that was asked for.
        connection.break()
        throw request.signal.aborted ? request.signal.reason : error
      }
    },
    break(which) {
      for (const connection of [...open]) if (which(connection.passing.record)) connection.break()
    },
    finish(which) {
      for (const connection of [...open]) {
        const { close, passing } = connection
        if (!close || !which(passing.record)) continue
        ledger.broken(passing)
        connection.end(false)
        close()
      }
    },
    resting: () => preparing === 0 && [...open].every(({ resting }) => resting),
  }
}
