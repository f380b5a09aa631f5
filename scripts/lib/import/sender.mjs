import { setTimeout as sleep } from 'node:timers/promises'
import { Stop } from '../stop.mjs'

const attempts = 6
const firstWait = 200
const longestWait = 10_000
const passing = new Set([408, 425, 429, 500, 502, 503, 504])

/** @param {Response} response @param {number} attempt */
function pause(response, attempt) {
  const asked = Number(response.headers.get('retry-after')) * 1000
  return Math.min(longestWait, asked > 0 ? asked : firstWait * 2 ** attempt)
}

/** @param {Response} response */
async function reason(response) {
  const text = await response.text().catch(() => '')
  return `${response.status} ${text.slice(0, 200).replace(/\s+/g, ' ')}`.trim()
}

/**
 * Talks to one relay. Every request may be repeated: creating a stream that is there changes nothing, and an
 * append carries its producer and number, under which the relay takes it once.
 *
 * @param {string} url
 * @param {typeof fetch} [request]
 */
export function createSender(url, request = fetch) {
  /** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
  const send = async (path, init) => {
    for (let attempt = 0; ; attempt++) {
      const last = attempt === attempts - 1
      try {
        const response = await request(new URL(path, url), init)
        if (last || !passing.has(response.status)) return response
        await response.body?.cancel()
        await sleep(pause(response, attempt))
      } catch {
        if (last)
          throw new Stop(`The relay at ${url} went away. Run the same command again: nothing is added twice.`)
        await sleep(firstWait * 2 ** attempt)
      }
    }
  }
  const type = { 'content-type': 'application/json' }

  return {
    async assertAnswers() {
      const ok = await request(new URL('/health', url)).then(
        (response) => response.ok,
        () => false,
      )
      if (!ok)
        throw new Stop(`No relay answers at ${url}. Start one with "npm start", or name it with --url.`)
    },

    /** @param {string} path */
    async create(path) {
      const response = await send(path, { method: 'PUT', headers: type })
      if (!response.ok) throw new Stop(`The relay refused to make ${path}: ${await reason(response)}`)
      await response.body?.cancel()
    },

    /**
     * @param {string} path
     * @param {{ producer: string, seq: number, body: string }} batch
     * @returns {Promise<'added' | 'already'>}
     */
    async append(path, { producer, seq, body }) {
      const response = await send(path, {
        method: 'POST',
        headers: { ...type, 'producer-id': producer, 'producer-epoch': '0', 'producer-seq': String(seq) },
        body,
      })
      if (!response.ok) throw new Stop(`The relay refused batch ${seq} of ${path}: ${await reason(response)}`)
      await response.body?.cancel()
      return response.status === 204 ? 'already' : 'added'
    },
  }
}
