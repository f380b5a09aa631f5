import { awake, type Life, type Surroundings } from './tabs.ts'

/** What answers requests; null while it is down. */
interface Host {
  serve(request: Request): Promise<Response> | null
}

interface NetworkOptions extends Surroundings {
  readonly host: Host
  /** The relay wants other credentials than the ones it gets. */
  readonly locked: () => boolean
}

const POISON = 'poison'

/** Requests that are lost, late, doubled and cut, and answers too; counts those that still may arrive. */
export function network({ host, clock, random, rates, faults, trouble, locked }: NetworkOptions) {
  let underWay = 0

  const deliver = async (request: Request): Promise<Response> => {
    underWay += 1
    try {
      await clock.sleep(random.whole(1, 30))
      if (trouble() && random.chance(rates.late)) {
        faults.happened('request late')
        await clock.sleep(random.whole(1_000, 8_000))
      }
      const answer = host.serve(request)
      if (!answer) {
        faults.happened('relay down')
        throw new TypeError('connection refused')
      }
      return await answer
    } finally {
      underWay -= 1
    }
  }

  const fetchOf =
    (life: Life): typeof fetch =>
    async (input, init) => {
      // The caller's own signal: a Request that is collected no longer passes on what its signal hears.
      const signal = init?.signal ?? new AbortController().signal
      const request = new Request(input, init)
      const lost = () => new TypeError('network')
      if (trouble() && random.chance(rates.lost)) {
        faults.happened('request lost')
        await clock.sleep(random.whole(1, 100))
        throw lost()
      }
      if (locked()) {
        faults.happened('credentials refused')
        await clock.sleep(5)
        return refusal(401)
      }
      if (trouble() && random.chance(rates.busy)) {
        faults.happened('busy answer')
        await clock.sleep(5)
        return refusal(random.pick([429, 500, 503]))
      }
      const body = request.method === 'POST' ? await request.text() : undefined
      if (body?.includes(POISON)) {
        faults.happened('write refused')
        await clock.sleep(5)
        return refusal(413)
      }
      const copy = () =>
        new Request(request.url, {
          method: request.method,
          headers: request.headers,
          ...(body !== undefined && { body }),
        })
      if (request.method === 'POST' && trouble() && random.chance(rates.doubled)) {
        faults.happened('request doubled')
        void deliver(copy()).catch(() => undefined)
      }
      const answered = deliver(copy())
      const aborted = new Promise<never>((_, reject) => {
        const stopped = () => reject(new DOMException('aborted', 'AbortError'))
        if (signal.aborted) stopped()
        signal.addEventListener('abort', stopped)
      })
      const answer = await Promise.race([answered, aborted])
      await Promise.race([awake(life), aborted])
      if (trouble() && random.chance(rates.answerLost)) {
        faults.happened('answer lost')
        await answer.body?.cancel()
        throw lost()
      }
      await clock.sleep(random.whole(1, 30))
      return bounded(answer, signal, life)
    }

  /** An answer whose body ends with the request, and now and then before. */
  const bounded = (answer: Response, signal: AbortSignal, life: Life): Response => {
    if (!answer.body) return answer
    const cutAt = trouble() && random.chance(rates.cut) ? random.whole(1, 600) : Number.POSITIVE_INFINITY
    const reader = answer.body.getReader()
    let bytes = 0
    const end = (reason: string) => reader.cancel(reason).catch(() => undefined)
    signal.addEventListener('abort', () => void end('aborted'))
    life.ends.add(() => void end('dead'))
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read()
        if (signal.aborted) return controller.error(new DOMException('aborted', 'AbortError'))
        await awake(life)
        if (done) return controller.close()
        bytes += value.byteLength
        if (bytes <= cutAt) return controller.enqueue(value)
        faults.happened('tail cut')
        controller.enqueue(value.subarray(0, value.byteLength - (bytes - cutAt)))
        controller.error(new TypeError('cut'))
        await end('cut')
      },
      cancel: end,
    })
    return new Response(body, { status: answer.status, headers: answer.headers })
  }

  return { fetchOf, underWay: () => underWay }
}

function refusal(status: number): Response {
  const body = JSON.stringify({ error: { code: 'simulated', message: `simulated ${status}` } })
  return new Response(body, { status, headers: { 'content-type': 'application/json' } })
}
