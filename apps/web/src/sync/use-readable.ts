import type { Readable } from '@strandline/client'
import { useSyncExternalStore } from 'react'

export function useReadable<T>(readable: Readable<T>): T {
  return useSyncExternalStore(readable.subscribe, readable.get, readable.get)
}
