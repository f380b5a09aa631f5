import { SyncError } from '@strandline/client'
import { localSchema } from './local-schema.ts'
import { arrival, isKey, type Row } from './row.ts'
import { createSink, type Sink, type SinkOptions } from './sink.ts'
import type { Table } from './table.ts'

export interface TableSinkOptions extends Pick<SinkOptions<Row>, 'rows' | 'save'> {
  readonly url: string
  readonly table: Table
  readonly nextPlace: () => number
}

/** Ids are unique per stream and name, so that one query can join the same collection of two streams. */
export function getStreamDBCollectionId(streamUrl: string, collectionName: string): string {
  return `stream-db:${streamUrl}:${collectionName}`
}

/** The collection of a table, in order of arrival. */
export function tableSink({ url, table, nextPlace, rows, save }: TableSinkOptions): Sink<Row> {
  const { name, primaryKey, schema, indexes } = table
  return createSink<Row>({
    id: getStreamDBCollectionId(url, name),
    getKey: (row) => usableKey(row[primaryKey], name, primaryKey),
    compare: (a, b) => arrival(a) - arrival(b),
    schema: localSchema(schema, nextPlace) as never,
    rows,
    ...(save && { save }),
    ...(indexes && { indexes }),
  })
}

function usableKey(key: unknown, name: string, primaryKey: string): string {
  if (isKey(key)) return key
  throw new SyncError('invalid-item', `${name}: "${primaryKey}" is no string, or blank`)
}
