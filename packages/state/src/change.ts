import type { ChangeEvent } from '@durable-streams/state'
import { isObject } from './is-object.ts'
import type { InvalidPolicy, IssueReason } from './issue.ts'
import { isKey, type Row, SEQ } from './row.ts'
import type { Table, TableFold, Tables } from './table.ts'
import { parseValue } from './value.ts'

/** What an item does to one row. */
export type RowChange =
  | { readonly op: 'put'; readonly value: Row }
  /** As `put`, where there is no row yet. */
  | { readonly op: 'add'; readonly value: Row }
  | { readonly op: 'delete' }
  | { readonly op: 'fold'; readonly fold: Pick<TableFold, 'apply' | 'invalid'>; readonly delta: unknown }

/** Why an item was set aside, or what it lost. */
export interface Complaint {
  readonly reason: IssueReason
  readonly message: string
  readonly policy: InvalidPolicy
  /** The collection's type, also where the item is of a fold. */
  readonly type?: string
  readonly key?: string
}

/** An item of a stream, read with a schema. */
export type Reading =
  | {
      readonly kind: 'change'
      readonly table: Table
      readonly key: string
      readonly change: RowChange
      readonly complaint?: Complaint
    }
  | { readonly kind: 'control'; readonly control: unknown }
  | { readonly kind: 'stranger'; readonly complaint: Complaint }

/** Reads one item as it came; pure, and never throws. */
export function readItem(tables: Tables, item: unknown): Reading {
  if (!isObject(item) || !isObject(item.headers)) return stranger('malformed', 'the item has no headers')
  const { headers } = item
  if ('control' in headers) return { kind: 'control', control: headers.control }
  if (!isChange(item)) return stranger('malformed', 'the item is neither a change nor a control message')

  const { type, key, value } = item
  const fold = tables.folds.get(type)
  const table = fold?.table ?? tables.byType.get(type)
  if (!table) return stranger('unknown-type', `no collection holds items of type "${type}"`, { type })
  if (!isKey(key))
    return stranger('key', 'the key is no string, or blank', { type, policy: (fold ?? table).invalid })
  if (fold) return { kind: 'change', table, key, change: { op: 'fold', fold, delta: value } }
  if (headers.operation === 'delete') return { kind: 'change', table, key, change: { op: 'delete' } }
  const once = table.firstInsertWins === true && headers.operation === 'insert'
  return readRow(table, key, value, once ? 'add' : 'put')
}

function readRow(table: Table, key: string, value: unknown, op: 'put' | 'add'): Reading {
  const { type, primaryKey, schema, invalid: policy } = table
  const about = { type, key, policy }
  if (!isObject(value)) return stranger('value', 'the value is not an object', about)
  // A key that is left out of the value is filled in, before the schema asks for it; one that differs is overruled.
  const keyed = (row: Row): Row => (row[primaryKey] === key ? row : { ...row, [primaryKey]: key })
  const parsed = parseValue(schema, keyed(value))
  if (!parsed.value || (parsed.dropped.length > 0 && policy !== 'skip'))
    return stranger('schema', parsed.message, about)
  const row = keyed(parsed.value)
  const change: RowChange = { op, value: row }
  // The row's own copy of its key: maps that hold the row hold no second one.
  const reading: Reading = { kind: 'change', table, key: row[primaryKey] as string, change }
  if (parsed.dropped.length === 0) return reading
  return { ...reading, complaint: { reason: 'field', message: parsed.message, ...about } }
}

/**
 * The row after `change`. A row keeps the place of its first item until it is deleted. Throws what a fold throws,
 * and where a fold finds no row.
 */
export function applyChange(row: Row | undefined, change: RowChange, seq: number): Row | undefined {
  switch (change.op) {
    case 'put':
      return { ...change.value, [SEQ]: row?.[SEQ] ?? seq }
    case 'add':
      return row ?? { ...change.value, [SEQ]: seq }
    case 'delete':
      return undefined
    case 'fold':
      if (!row) throw new RangeError('the row that it extends is not there')
      return { ...change.fold.apply(row, change.delta), [SEQ]: row[SEQ] }
  }
}

const OPERATIONS: ReadonlySet<unknown> = new Set(['insert', 'update', 'upsert', 'delete'])

export function isChange(item: unknown): item is ChangeEvent {
  return (
    isObject(item) &&
    isObject(item.headers) &&
    OPERATIONS.has(item.headers.operation) &&
    typeof item.type === 'string'
  )
}

/** Which write an item belongs to. */
export interface Origin {
  readonly txid: string
  /** Its place in the write (`2/3`), where the writer says so: with `txid`, this is there once (write protocol, 12). */
  readonly part: string | undefined
  /** It is the write's last item, so the log holds the write. */
  readonly last: boolean
}

export function originOf(item: unknown): Origin | undefined {
  if (!isObject(item) || !isObject(item.headers)) return undefined
  const { txid, part } = item.headers
  if (typeof txid !== 'string' || txid === '') return undefined
  if (typeof part !== 'string') return { txid, part: undefined, last: true }
  const [place, size] = part.split('/')
  return { txid, part, last: place === size }
}

function stranger(reason: IssueReason, message: string, about: Partial<Complaint> = {}): Reading {
  return { kind: 'stranger', complaint: { reason, message, policy: 'skip', ...about } }
}
