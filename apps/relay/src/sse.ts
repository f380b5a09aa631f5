import { SSE_CONTROL_EVENT, SSE_DATA_EVENT, type SseControl } from '@strandline/client/protocol'
import { decodeLog, type Mode } from './payload.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A comment: keeps proxies and stall timers content, means nothing. */
export const HEARTBEAT: Uint8Array = encoder.encode(':\n\n')

/** One frame: the data there is, then the control event that closes it. */
export function encodeFrame(mode: Mode, chunks: readonly Uint8Array[], control: SseControl): Uint8Array {
  const data = chunks.length === 0 ? '' : event(SSE_DATA_EVENT, dataText(mode, decodeLog(mode, chunks)))
  return encoder.encode(data + event(SSE_CONTROL_EVENT, JSON.stringify(control)))
}

function dataText(mode: Mode, body: Uint8Array): string {
  return mode === 'binary' ? base64(body) : decoder.decode(body)
}

/** No space after the colon, unless the line begins with one: a parser drops the first. */
function event(name: string, text: string): string {
  const lines = `\n${text}`.replace(/\r\n|\r|\n/g, '\ndata:').replace(/\ndata: /g, '\ndata:  ')
  return `event: ${name}${lines}\n\n`
}

const STEP = 0x8000

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += STEP) {
    binary += String.fromCharCode(...bytes.subarray(i, i + STEP))
  }
  return btoa(binary)
}
