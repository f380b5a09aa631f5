import { type StreamStatus, SyncError } from '@strandline/client'

/** Of a database that nobody has started: also what a server says of it. */
export const UNOPENED: StreamStatus = {
  state: 'loading',
  storage: 'indexeddb',
  leader: false,
  synced: false,
  pending: 0,
}

/** What is known while a stream is opened. */
export interface Opening {
  /** All that is on disk has been handed over. */
  readonly replayed: boolean
  /** False while the device reads again what it had of the stream, and lost. */
  readonly whole: boolean
  /** There was something, or the app takes what there is. */
  readonly enough: boolean
  readonly status: StreamStatus
}

/**
 * Whether rows may be read: at once where the device has anything of the stream (invariant 7); a new one is asked
 * for first, until the relay turns out to be out of reach, to refuse, or to have none.
 */
export function opens({ replayed, whole, enough, status }: Opening): boolean {
  if (!replayed) return false
  // Rows that the relay has and this device had are not to be missing; one that is gone has none.
  if (!whole) return status.state === 'gone'
  return enough || status.synced || (status.state !== 'loading' && status.state !== 'catching-up')
}

/** Whether the rows are all the relay has; an error where they will not be without a change by someone. */
export function complete({ replayed, status }: Opening): boolean | SyncError {
  if (!replayed) return false
  switch (status.state) {
    case 'live':
      return true
    case 'closed':
      return status.synced
    case 'gone':
      return new SyncError('gone', 'the stream was deleted')
    case 'unauthorized':
      return new SyncError('unauthorized', 'the relay wants credentials')
    case 'halted':
      return status.error
    case 'loading':
    case 'catching-up':
    case 'waiting':
      return false
  }
}
