import type { Approval, Message, Run } from '@strandline/chat'

/** A change of a collection, as it tells of it. */
export interface Change<T> {
  readonly type: string
  readonly value: T
  readonly previousValue?: T | undefined
}

/** Messages of others that are there as a whole now: written, or an answer that has come to its end. */
export function said(changes: readonly Change<Message>[], me: string): readonly Message[] {
  return changes.flatMap(({ type, value, previousValue }) => {
    const ended = type === 'update' && previousValue?.state === 'streaming' && value.state !== 'streaming'
    const written = type === 'insert' && value.state !== 'streaming'
    return (ended || written) && value.author !== me && value.text !== '' ? [value] : []
  })
}

/** Questions that wait for an answer. */
export function askedOf(changes: readonly Change<Approval>[]): readonly Approval[] {
  return changes.flatMap(({ type, value }) => (type === 'insert' && value.state === 'asked' ? [value] : []))
}

/** Runs that came to grief. */
export function failedOf(changes: readonly Change<Run>[]): readonly (Run & { readonly state: 'failed' })[] {
  return changes.flatMap(({ value, previousValue }) =>
    value.state === 'failed' && previousValue?.state !== 'failed' ? [value] : [],
  )
}
