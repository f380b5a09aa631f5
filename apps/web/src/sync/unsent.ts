import {
  type Client,
  type PendingWrite,
  type Readable,
  type StreamHandle,
  type StreamOptions,
  writable,
} from '@strandline/client'
import { kept } from './kept.ts'
import { surface } from './surface.ts'

const KEY = 'strandline:unsent'
/** No item is of this type: the stream is followed and nothing is asked of it. */
const NOTHING = ['']

/**
 * Holds streams for the page. One with unsent writes is followed until they are sent, whether or not anybody
 * looks at it, and again from the next start: what was written in a tunnel goes out at its end.
 */
export function holdStreams(client: Pick<Client, 'stream'>, nameOf = (url: string): string => url) {
  const waiting = kept<readonly string[]>(KEY, parseUrls, (urls) =>
    urls.length > 0 ? JSON.stringify(urls) : null,
  )

  const unsent = writable<ReadonlyMap<string, number>>(new Map())

  const count = (url: string, entries: number) => {
    const name = nameOf(url)
    if ((unsent.get().get(name) ?? 0) === entries) return
    const next = new Map(unsent.get())
    if (entries === 0) next.delete(name)
    else next.set(name, entries)
    unsent.set(next)
  }

  const note = ({ url, outbox }: StreamHandle) => {
    count(url, outbox.get().filter(onItsWay).length)
    const known = waiting.get().includes(url)
    if (known === isUnsent(outbox.get())) return
    waiting.set(known ? waiting.get().filter((other) => other !== url) : [...waiting.get(), url])
  }

  const followUntilSent = (handle: StreamHandle) => {
    const stops: (() => void)[] = []
    const look = () => {
      if (handle.status.get().state === 'loading') return
      note(handle)
      if (isUnsent(handle.outbox.get())) return
      for (const stop of stops.splice(0)) stop()
      handle.close().catch(surface)
    }
    stops.push(handle.status.subscribe(look), handle.outbox.subscribe(look))
    stops.push(handle.subscribe(() => undefined, { types: NOTHING }))
    look()
  }

  return {
    hold(url: string, options: StreamOptions): () => void {
      const handle = client.stream(url, options)
      const stop = handle.outbox.subscribe(() => note(handle))
      return () => {
        stop()
        if (isUnsent(handle.outbox.get())) followUntilSent(handle)
        else handle.close().catch(surface)
      }
    },
    /** How many writes each stream has on their way, by its name. */
    unsent: unsent as Readable<ReadonlyMap<string, number>>,
    /** Sends what an earlier page could not. */
    resume(): void {
      for (const url of waiting.get()) followUntilSent(client.stream(url, { create: 'on-open' }))
    },
  }
}

function isUnsent(outbox: ReturnType<StreamHandle['outbox']['get']>): boolean {
  return outbox.some(onItsWay)
}

function onItsWay({ state }: Pick<PendingWrite, 'state'>): boolean {
  return state === 'saved' || state === 'sending' || state === 'sent'
}

function parseUrls(stored: string | null): readonly string[] {
  if (stored === null) return []
  try {
    const urls: unknown = JSON.parse(stored)
    return Array.isArray(urls) ? urls.filter((url) => typeof url === 'string' && URL.canParse(url)) : []
  } catch {
    return []
  }
}
