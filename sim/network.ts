import type { Letter } from './letter.ts'
import { type Reader, replied, reply } from './reply.ts'
import { awake, type Life, type Surroundings } from './tabs.ts'

/** What answers requests; null while it is down. */
interface Host {
  deliver(letter: Letter): Promise<Response> | null
}

interface NetworkOptions extends Surroundings {
  readonly host: Host
  /** The relay wants other credentials than the ones it gets. */
  readonly locked: () => boolean
  /** The credentials are over, for a while. */
  readonly expire: () => void
  /** A line of the trace. */
  readonly note: (text: string) => void
}

const POISON = 'poison'

/** Requests that are lost, late, doubled and cut, and answers too; counts the appends that still may arrive. */
export function network(options: NetworkOptions) {
  const { host, clock, random, rates, faults, trouble, locked, expire, note } = options
  let appends = 0
  const befalls = (rate: number) => trouble() && random.chance(rate)

  const deliver = async (letter: Letter, late: boolean): Promise<Response> => {
    const counted = letter.method === 'POST' ? 1 : 0
    appends += counted
    try {
      await clock.sleep(random.whole(1, 30))
      if (late) {
        faults.happened('request late')
        await clock.sleep(random.whole(1_000, 8_000))
      }
      const answer = host.deliver(letter)
      if (!answer) {
        faults.happened('relay down')
        throw new TypeError('connection refused')
      }
      return await answer
    } finally {
      appends -= counted
    }
  }

  const send = async (life: Life, letter: Letter, signal: AbortSignal): Promise<Response> => {
    const lost = () => new TypeError('network')
    if (befalls(rates.lost)) {
      faults.happened('request lost')
      await clock.sleep(random.whole(1, 100))
      throw lost()
    }
    if (locked()) {
      faults.happened('credentials refused')
      await clock.sleep(5)
      return refusal(401)
    }
    if (befalls(rates.busy)) {
      faults.happened('busy answer')
      await clock.sleep(5)
      return refusal(random.pick([429, 500, 503]))
    }
    const append = letter.method === 'POST'
    if (append && String(letter.body).includes(POISON)) {
      faults.happened('write refused')
      await clock.sleep(5)
      return refusal(413)
    }
    if (append && befalls(rates.doubled)) {
      faults.happened('request doubled')
      void deliver(letter, befalls(rates.late)).catch(() => undefined)
    }
    const answered = deliver(letter, befalls(rates.late))
    answered.catch(() => undefined)
    const aborted = ending(signal)
    const answer = await Promise.race([answered, aborted])
    await Promise.race([awake(life), aborted])
    if (append && befalls(rates.expires)) {
      faults.happened('credentials expired in the middle of a claim')
      expire()
      throw lost()
    }
    if (befalls(rates.answerLost)) {
      faults.happened('answer lost')
      await answer.body?.cancel()
      throw lost()
    }
    if (append && befalls(rates.answerLate)) {
      faults.happened('answer late')
      await Promise.race([clock.sleep(random.whole(1_000, 40_000)), aborted])
    }
    await clock.sleep(random.whole(1, 30))
    return live(answer) || befalls(rates.cut) ? bounded(answer, signal, life) : answer
  }

  const fetchOf =
    (life: Life): typeof fetch =>
    async (input, init = {}) => {
      // The caller's own signal: a Request that is collected no longer passes on what its signal hears.
      const signal = init.signal ?? new AbortController().signal
      const letter: Letter = { ...init, url: String(input), method: init.method ?? 'GET' }
      const query = letter.url.indexOf('?')
      const name = `${life.name} ${letter.method} ${query < 0 ? '' : letter.url.slice(query)}`
      try {
        const answer = await send(life, letter, signal)
        note(`${name} ${answer.status}`)
        return answer
      } catch (error) {
        note(`${name} ${String(error)}`)
        throw error
      }
    }

  /** An answer whose body ends with the request, and now and then before, or keeps still for a while. */
  const bounded = (answer: Response, signal: AbortSignal, life: Life): Response => {
    if (!answer.body) return answer
    const cutAt = befalls(rates.cut) ? random.whole(1, 600) : Number.POSITIVE_INFINITY
    const reader: Reader = answer.body.getReader()
    let bytes = 0
    let broken = false
    const over = ending(signal).catch(() => undefined)
    const cancel = (reason?: unknown) => reader.cancel(reason).catch(() => undefined)
    signal.addEventListener('abort', () => void cancel('aborted'))
    life.ends.add(() => void cancel('dead'))
    const read: Reader['read'] = async () => {
      if (broken) throw new TypeError('cut')
      const chunk = await reader.read()
      if (live(answer) && befalls(rates.stalls)) {
        faults.happened('tail stalled')
        await Promise.race([clock.sleep(random.whole(500, 20_000)), over])
      }
      if (signal.aborted) throw new DOMException('aborted', 'AbortError')
      await awake(life)
      const { done, value } = chunk
      if (done) return chunk
      bytes += value.byteLength
      if (bytes <= cutAt) return chunk
      faults.happened('tail cut')
      broken = true
      await cancel('cut')
      return { done, value: value.subarray(0, value.byteLength - (bytes - cutAt)) }
    }
    return replied(answer, { read, cancel })
  }

  return { fetchOf, appends: () => appends }
}

function live({ headers }: Response): boolean {
  return headers.get('content-type') === 'text/event-stream'
}

/** Rejects when `signal` ends. */
function ending(signal: AbortSignal): Promise<never> {
  return new Promise<never>((_, reject) => {
    const stopped = () => reject(new DOMException('aborted', 'AbortError'))
    if (signal.aborted) stopped()
    signal.addEventListener('abort', stopped)
  })
}

function refusal(status: number): Response {
  const body = JSON.stringify({ error: { code: 'simulated', message: `simulated ${status}` } })
  return reply({ status, headers: { 'content-type': 'application/json' }, body })
}
