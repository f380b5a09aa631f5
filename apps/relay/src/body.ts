import type { Limits } from './limits.ts'
import { deny } from './refusal.ts'

/** The whole body; throws the refusal once it is over the limit, declared or not, without reading on. */
export async function readBody(request: Request, limits: Limits): Promise<Uint8Array> {
  const declared = request.headers.get('Content-Length')
  if (declared !== null && Number(declared) > limits.body) tooLarge(limits)
  try {
    return declared === null ? await readChunks(request, limits) : await readWhole(request, limits)
  } catch (error) {
    if (isBrokenOff(error)) deny('invalid-request', 'the body broke off')
    throw error
  }
}

function tooLarge(limits: Limits): never {
  deny('too-large', `a body has at most ${limits.body} bytes`)
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && error.name !== 'RefusalError'
}

/** Newer platforms and our Node host give a body as it came, without a copy. */
function hasBytes(request: Request): request is Request & { bytes(): Promise<Uint8Array> } {
  return 'bytes' in request
}

async function readWhole(request: Request, limits: Limits): Promise<Uint8Array> {
  const body = hasBytes(request) ? await request.bytes() : new Uint8Array(await request.arrayBuffer())
  if (body.length > limits.body) tooLarge(limits)
  return body
}

async function readChunks(request: Request, limits: Limits): Promise<Uint8Array> {
  const reader = request.body?.getReader()
  if (!reader) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > limits.body) {
      await reader.cancel()
      tooLarge(limits)
    }
    chunks.push(value)
  }
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}
