import { SyncError, type SyncErrorCode } from '../errors.ts'
import type { Connection } from '../status.ts'

interface WireError {
  readonly code: SyncErrorCode
  readonly message: string
  readonly status: number | undefined
}

/** A connection as a channel carries it: structured clone strips an error of its code. */
export interface WireConnection {
  readonly connection: Connection
  readonly error: WireError | undefined
}

export function toWire(connection: Connection): WireConnection {
  if (!('error' in connection) || !connection.error) return { connection, error: undefined }
  const { error, ...rest } = connection
  const { code, message, status } = error
  return { connection: rest as Connection, error: { code, message, status } }
}

export function fromWire({ connection, error }: WireConnection): Connection {
  if (!error) return connection
  const { code, message, status } = error
  return {
    ...connection,
    error: new SyncError(code, message, status === undefined ? {} : { status }),
  } as Connection
}
