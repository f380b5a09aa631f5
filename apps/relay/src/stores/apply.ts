import type { Known, Verdict } from '../command.ts'
import type { Batch, ProducerState, StreamState } from '../state.ts'
import type { Scope } from './store.ts'

/** One store transaction, as far as the rules need it. Reads see the writes before them. */
export interface Tables {
  state(path: string): StreamState | undefined
  putState(path: string, state: StreamState): void
  dropState(path: string): void
  producer(incarnation: string, id: string): ProducerState | undefined
  putProducer(incarnation: string, id: string, state: ProducerState): void
  putBatch(incarnation: string, batch: Batch): void
  /** Forget a life's batches and producers. */
  dropLife(incarnation: string): void
}

/** Reads what the scope names, asks, and writes what was accepted. Throws only what `tables` or `decide` do. */
export function apply(tables: Tables, scope: Scope, decide: (known: Known) => Verdict): Verdict {
  const target = tables.state(scope.path)
  const verdict = decide({
    target,
    source: scope.source === undefined ? undefined : tables.state(scope.source),
    producer:
      target && scope.producer !== undefined
        ? tables.producer(target.incarnation, scope.producer)
        : undefined,
  })
  if (!verdict.ok || !verdict.write) return verdict
  const { state, write, producer } = verdict
  switch (write.type) {
    case 'delete':
      release(tables, scope.path, state)
      return verdict
    case 'create':
      if (scope.source !== undefined && write.source) tables.putState(scope.source, write.source)
      if (target) release(tables, scope.path, target)
      break
    case 'append':
      break
  }
  tables.putState(scope.path, state)
  if (write.batch) tables.putBatch(state.incarnation, write.batch)
  if (producer) tables.putProducer(state.incarnation, producer.id, producer.state)
  return verdict
}

/**
 * Ends a stream: hidden while forks read it, else removed; a removed fork lets go of its source, which is
 * removed in turn when it was only kept for that.
 */
export function release(tables: Tables, path: string, state: StreamState): void {
  if (state.forks > 0) {
    tables.putState(path, { ...state, hidden: true })
    return
  }
  tables.dropState(path)
  tables.dropLife(state.incarnation)
  const { origin } = state
  const source = origin && tables.state(origin.path)
  if (!source || source.incarnation !== origin.incarnation) return
  const left = { ...source, forks: source.forks - 1 }
  if (left.hidden && left.forks === 0) release(tables, origin.path, left)
  else tables.putState(origin.path, left)
}
