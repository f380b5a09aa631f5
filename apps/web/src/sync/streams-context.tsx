import { createContext, useContext, useLayoutEffect } from 'react'
import type { Streams } from './streams.ts'

const StreamsContext = createContext<Streams | null>(null)

export const StreamsProvider = StreamsContext.Provider

export function useStreams(): Streams {
  const streams = useContext(StreamsContext)
  if (!streams) throw new Error('useStreams needs a <StreamsProvider> above it')
  return streams
}

/** Holds a stream while mounted. A layout effect: it runs before the provider below opens the same stream. */
export function useHeld(url: string): void {
  const streams = useStreams()
  useLayoutEffect(() => streams.hold(url), [streams, url])
}
