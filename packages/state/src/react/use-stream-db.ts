import { useContext } from 'react'
import type { StreamDB } from '../options.ts'
import type { StreamStateDefinition } from '../schema.ts'
import { StreamDBContext } from './context.ts'

/** The database of the nearest provider: `useStreamDB<typeof schema>()`. Throws outside of one. */
export function useStreamDB<TDef extends StreamStateDefinition = StreamStateDefinition>(): StreamDB<TDef> {
  const db = useContext(StreamDBContext)
  if (!db) throw new Error('useStreamDB needs a <StreamDBProvider> above it')
  // The provider above decides what the database holds; its type cannot travel through a context.
  return db as unknown as StreamDB<TDef>
}
