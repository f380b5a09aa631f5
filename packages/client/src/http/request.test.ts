import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SyncError } from '../errors.ts'
import { freshHeaders, readBody, request, retryAfterOf } from './request.ts'

const URL_A = new URL('http://relay/v1/stream/a')
const never = new AbortController().signal

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const connection = (fetch: typeof globalThis.fetch, headers = {}) => ({
  effects: { fetch, now: () => 0 },
  headers: async () => headers,
})

const silent: typeof globalThis.fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
  })

describe('a request', () => {
  test('that nobody answers times out, with no timer left (S0-27)', async () => {
    const asked = request(connection(silent), URL_A, { silence: 1000 }, never, async () => 1)
    const failed = expect(asked).rejects.toMatchObject({ code: 'timeout' })
    await vi.advanceTimersByTimeAsync(1000)
    await failed
    expect(vi.getTimerCount()).toBe(0)
  })

  test('lives on while bytes come, however slowly', async () => {
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (let n = 0; n < 5; n++) {
          await new Promise((resolve) => setTimeout(resolve, 800))
          controller.enqueue(new Uint8Array([n]))
        }
        controller.close()
      },
    })
    const asked = request(
      connection(async () => new Response(body)),
      URL_A,
      { silence: 1000 },
      never,
      readBody,
    )
    await vi.advanceTimersByTimeAsync(5000)
    expect(await asked).toEqual(new Uint8Array([0, 1, 2, 3, 4]))
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends with its signal, which is not a failure of the network', async () => {
    const life = new AbortController()
    const asked = request(connection(silent), URL_A, { silence: 1000 }, life.signal, async () => 1)
    const failed = expect(asked).rejects.toMatchObject({ code: 'shut-down' })
    await vi.advanceTimersByTimeAsync(0)
    life.abort()
    await failed
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends with its signal where the fetch given is deaf to it', async () => {
    const life = new AbortController()
    const deaf = connection(() => new Promise(() => undefined))
    const asked = request(deaf, URL_A, { silence: 1000 }, life.signal, async () => 1)
    const failed = expect(asked).rejects.toMatchObject({ code: 'shut-down' })
    await vi.advanceTimersByTimeAsync(0)
    life.abort()
    await failed
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([
    ['its signal', 'shut-down', (life: AbortController) => life.abort()],
    ['silence', 'timeout', () => vi.advanceTimersByTime(1000)],
  ])('ends with %s where the body is deaf to it, which is let go', async (_, code, end) => {
    const life = new AbortController()
    let letGo = false
    const cancel = () => {
      letGo = true
    }
    const body = new ReadableStream<Uint8Array>({ cancel })
    const deaf = connection(async () => new Response(body))
    const asked = request(deaf, URL_A, { silence: 1000 }, life.signal, readBody)
    const failed = expect(asked).rejects.toMatchObject({ code })
    await vi.advanceTimersByTimeAsync(0)
    end(life)
    await failed
    expect(letGo).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('that fails is a network error with its cause', async () => {
    const cause = new TypeError('fetch failed')
    const asked = request(
      connection(() => Promise.reject(cause)),
      URL_A,
      { silence: 1000 },
      never,
      async () => 1,
    )
    await expect(asked).rejects.toMatchObject({ code: 'network', cause })
  })
})

describe('headers', () => {
  test('functions are asked afresh each time (S2-18)', async () => {
    let calls = 0
    const headers = { authorization: async () => `Bearer ${++calls}`, 'x-app': 'chat' }
    expect(await freshHeaders(headers)).toEqual({ authorization: 'Bearer 1', 'x-app': 'chat' })
    expect(await freshHeaders(headers)).toEqual({ authorization: 'Bearer 2', 'x-app': 'chat' })
  })

  test('a token service that fails is a network that fails', async () => {
    const failing = freshHeaders({ authorization: () => Promise.reject(new Error('down')) })
    await expect(failing).rejects.toBeInstanceOf(SyncError)
    await expect(failing).rejects.toMatchObject({ code: 'network' })
  })
})

describe('Retry-After', () => {
  const headers = (text: string) => new Headers({ 'retry-after': text })
  test.each([
    ['seconds', '2', 2000],
    ['a date', new Date(10_000).toUTCString(), 9_000],
    ['a date that is over', new Date(0).toUTCString(), 0],
    ['nonsense', 'soon', undefined],
  ])('%s', (_, text, ms) => {
    expect(retryAfterOf(headers(text), 1000)).toBe(ms)
  })
})
