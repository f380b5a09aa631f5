import { type Attachment, receiveAttachment } from '@strandline/chat'
import type { StreamHandle } from '@strandline/client'

/** How far the bytes of an attachment are on this device. */
export type FileState =
  | { readonly state: 'idle' }
  | { readonly state: 'loading'; readonly share: number }
  /** `url` is a blob's, good until the page ends or many others were opened since. */
  | { readonly state: 'here'; readonly url: string }

/** At a time: each is a request of its own, and a browser has few for one server. */
const AT_ONCE = 2
/** A file that its sender is still sending is looked at again after this (ms). */
const AGAIN = 4_000
/** Blobs that are kept at hand. */
const AT_HAND = 24

const known = new Map<string, string>()
const waiting: (() => void)[] = []
let running = 0

/** The blob of an attachment that was opened before. */
export function blobOf(url: string): string | undefined {
  return known.get(url)
}

/**
 * Fetches an attachment, from this device as far as it is here. Tells how it goes until it is whole or `signal`
 * ends.
 */
export async function fetchFile(
  open: () => StreamHandle,
  { size, type, url }: Pick<Attachment, 'size'> & { readonly type: string; readonly url: string },
  tell: (state: FileState) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await turn(signal)
    if (signal.aborted) return waiting.shift()?.()
    running += 1
    const bytes = await readOnce(open, size, tell, signal).finally(() => {
      running -= 1
      waiting.shift()?.()
    })
    if (bytes) return tell({ state: 'here', url: remember(url, new Blob([bytes], { type })) })
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, AGAIN)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}

/** The bytes of an attachment, as far as they can be had now; undefined where that is not all of them. */
export function readFile(
  open: () => StreamHandle,
  size: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return readOnce(open, size, () => undefined, new AbortController().signal)
}

/** Reads to the end of what there is; undefined where that is not all. */
async function readOnce(
  open: () => StreamHandle,
  size: number,
  tell: (state: FileState) => void,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const handle = open()
  try {
    return await new Promise((resolve) => {
      const receive = receiveAttachment(size)
      const give = (items: Iterable<unknown>) => {
        const received = receive(items)
        if (received.state === 'whole') return resolve(received.bytes)
        tell({ state: 'loading', share: received.share })
      }
      // What is still in the outbox here can be seen here.
      handle.observe(({ batch, outbox }) =>
        give([...(batch?.items ?? []), ...outbox.flatMap(({ items }) => items)]),
      )
      const look = () => {
        const { state } = handle.status.get()
        if (state !== 'loading' && state !== 'catching-up') setTimeout(() => resolve(undefined), 50)
      }
      handle.status.subscribe(look)
      signal.addEventListener('abort', () => resolve(undefined))
      look()
    })
  } finally {
    await handle.close()
  }
}

async function turn(signal: AbortSignal): Promise<void> {
  if (running < AT_ONCE) return
  await new Promise<void>((resolve) => {
    waiting.push(resolve)
    signal.addEventListener('abort', () => {
      const at = waiting.indexOf(resolve)
      if (at >= 0) waiting.splice(at, 1)
      resolve()
    })
  })
}

function remember(url: string, blob: Blob): string {
  const made = URL.createObjectURL(blob)
  known.set(url, made)
  const oldest = known.entries().next().value
  if (known.size > AT_HAND && oldest) {
    known.delete(oldest[0])
    URL.revokeObjectURL(oldest[1])
  }
  return made
}
