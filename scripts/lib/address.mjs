import { once } from 'node:events'
import { createServer } from 'node:net'
import { Stop } from './stop.mjs'

/** @typedef {{ port: number, host: string, url: string, shown: string }} Address */

const everywhere = new Set(['0.0.0.0', '::', ''])
const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Where the relay will listen, read as the relay reads it.
 *
 * @param {{ PORT?: string | undefined, HOST?: string | undefined }} env
 * @returns {Address}
 */
export function address({ PORT = '4437', HOST = '127.0.0.1' }) {
  const port = Number(PORT)
  if (!/^\d+$/.test(PORT) || port < 1 || port > 65_535) {
    throw new Stop(`PORT must be a whole number from 1 to 65535, not "${PORT}".`)
  }
  const near = everywhere.has(HOST) ? '127.0.0.1' : HOST
  const named = everywhere.has(HOST) || loopback.has(HOST) ? 'localhost' : HOST
  return {
    port,
    host: HOST,
    url: `http://${bracket(near)}:${port}`,
    shown: `http://${bracket(named)}:${port}`,
  }
}

/** @param {string} host */
const bracket = (host) => (host.includes(':') ? `[${host}]` : host)

/**
 * Refuses early what would fail after minutes of installing.
 *
 * @param {Address} address
 */
export async function assertFree({ port, host }) {
  const server = createServer()
  try {
    server.listen({ port, host, exclusive: true })
    await once(server, 'listening')
  } catch (error) {
    throw new Stop(refusal(/** @type {NodeJS.ErrnoException} */ (error).code, port, host))
  }
  server.close()
  await once(server, 'close')
}

/** @param {string | undefined} code @param {number} port @param {string} host */
function refusal(code, port, host) {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. End what runs there, or set PORT to a free one.`
  if (code === 'EACCES') return `Port ${port} may not be opened by this user. Set PORT to one above 1023.`
  return `Cannot listen on ${host}:${port} (${code}).`
}
