import { SyncError } from '../errors.ts'
import type { Connection } from '../status.ts'

/** A connection as a channel carries it: structured clone strips an error of its code. */
export type WireConnection = Connection & { readonly error?: Pick<SyncError, 'code' | 'message' | 'status'> }

export function toWire(connection: Connection): WireConnection {
  return withError(connection, ({ code, message, status }) => ({ code, message, status })) as WireConnection
}

export function fromWire(connection: WireConnection): Connection {
  return withError(connection, (error) => new SyncError(error.code, error.message, error))
}

function withError(connection: Connection, change: (error: SyncError) => object): Connection {
  const { error } = connection as { error?: SyncError }
  return error ? ({ ...connection, error: change(error) } as Connection) : connection
}
