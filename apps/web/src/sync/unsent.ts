import {
  type Client,
  type PendingWrite,
  type Readable,
  type StreamHandle,
  type StreamOptions,
  writable,
} from '@strandline/client'
import { surface } from './surface.ts'

/** No item is of this type: the stream is followed and nothing is asked of it. */
const NOTHING = ['']

/** What of a stream's writes is not in everybody's log. */
export interface Unsent {
  /** On their way. */
  readonly waiting: number
  /** Refused, or in doubt: a person has to decide. */
  readonly stuck: number
}

/**
 * Holds streams for the page. One with unsent writes is followed until they are sent, whether or not anybody
 * looks at it, and again from the next start: what was written in a tunnel goes out at its end.
 */
export function holdStreams(
  client: Pick<Client, 'stream' | 'resume'>,
  nameOf = (url: string): string => url,
) {
  const unsent = writable<ReadonlyMap<string, Unsent>>(new Map())

  const note = ({ url, outbox }: StreamHandle) => {
    const name = nameOf(url)
    const waiting = outbox.get().filter(onItsWay).length
    const stuck = outbox.get().length - waiting
    const before = unsent.get().get(name)
    if ((before?.waiting ?? 0) === waiting && (before?.stuck ?? 0) === stuck) return
    const next = new Map(unsent.get())
    if (waiting + stuck === 0) next.delete(name)
    else next.set(name, { waiting, stuck })
    unsent.set(next)
  }

  const followUntilSent = (handle: StreamHandle) => {
    const stops: (() => void)[] = []
    const look = () => {
      if (handle.status.get().state === 'loading') return
      note(handle)
      if (isUnsent(handle)) return
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
        if (isUnsent(handle)) followUntilSent(handle)
        else handle.close().catch(surface)
      }
    },
    /** Of the streams that are held or followed, those with something unsent, by name. */
    unsent: unsent as Readable<ReadonlyMap<string, Unsent>>,
    /** Sends what an earlier page could not. */
    async resume(): Promise<void> {
      const urls: string[] = []
      await client.resume((url) => {
        urls.push(url)
        return {}
      })
      for (const url of urls) followUntilSent(client.stream(url))
    },
  }
}

function isUnsent({ outbox }: Pick<StreamHandle, 'outbox'>): boolean {
  return outbox.get().some(onItsWay)
}

function onItsWay({ state }: Pick<PendingWrite, 'state'>): boolean {
  return state !== 'rejected' && state !== 'uncertain'
}
