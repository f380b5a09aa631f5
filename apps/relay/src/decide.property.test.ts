import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Command } from './command.ts'
import { decide } from './decide.ts'
import { memoryStore } from './stores/memory.ts'

/**
 * The rules of a stream once more, as plainly as they can be said: a list of items, a map of producers.
 * Random histories must end alike in this model and in `decide` over a store.
 */
class Model {
  items: string[] = []
  exists = false
  closedBy: string | undefined
  closed = false
  seq = ''
  readonly producers = new Map<string, { epoch: number; seq: number }>()

  create(): string {
    if (this.exists) return this.closed ? 'already-exists' : 'exists'
    this.exists = true
    return 'created'
  }

  remove(): string {
    if (!this.exists) return 'not-found'
    this.exists = false
    this.items = []
    this.closed = false
    this.closedBy = undefined
    this.seq = ''
    this.producers.clear()
    return 'deleted'
  }

  append(step: AppendStep): string {
    if (!this.exists) return 'not-found'
    const producer = step.producer
    const last = producer && this.producers.get(producer.id)
    if (this.closed) {
      if (producer && last && producer.epoch < last.epoch) return 'stale-epoch'
      if (producer && last && producer.epoch === last.epoch && producer.seq <= last.seq) return 'duplicate'
      return step.body === '' && step.close && !producer ? 'closed' : 'closed-refused'
    }
    if (step.body !== '' && step.type !== 'text/plain') return 'content-type-mismatch'
    if (step.body === '' && !step.close) return 'empty-body'
    if (producer) {
      if (last && producer.epoch < last.epoch) return 'stale-epoch'
      if (last && producer.epoch > last.epoch && producer.seq > 0) return 'epoch-not-at-zero'
      const expected = last && last.epoch === producer.epoch ? last.seq + 1 : 0
      if (last && last.epoch === producer.epoch && producer.seq < expected) return 'duplicate'
      if (producer.seq !== expected) return 'producer-gap'
    }
    if (step.seq !== undefined && this.seq !== '' && step.seq <= this.seq) return 'stream-seq-conflict'
    if (producer) this.producers.set(producer.id, { epoch: producer.epoch, seq: producer.seq })
    if (step.seq !== undefined) this.seq = step.seq
    if (step.body !== '') this.items.push(step.body)
    if (step.close) this.closed = true
    return step.close && step.body === '' ? 'closed' : 'appended'
  }
}

interface AppendStep {
  readonly kind: 'append'
  readonly body: string
  readonly type: string
  readonly close: boolean
  readonly seq: string | undefined
  readonly producer: { id: string; epoch: number; seq: number } | undefined
}
type Step = AppendStep | { readonly kind: 'create' } | { readonly kind: 'remove' }

const small = fc.integer({ min: 0, max: 3 })
const appendStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('append' as const),
  body: fc.constantFrom('', 'a', 'bc', 'def'),
  type: fc
    .constantFrom('text/plain', 'text/plain', 'TEXT/plain; charset=utf-8', 'text/html')
    .map((type) => type),
  close: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  seq: fc.option(fc.constantFrom('1', '2', '10', '3', 'a', 'B'), { nil: undefined, freq: 3 }),
  producer: fc.option(fc.record({ id: fc.constantFrom('p', 'q'), epoch: small, seq: small }), {
    nil: undefined,
  }),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: appendStep },
  { weight: 2, arbitrary: fc.constant({ kind: 'create' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'remove' as const }) },
)

const STATUS_OK = new Set(['created', 'exists', 'appended', 'duplicate', 'closed', 'deleted'])

let lives = 0
function commandOf(one: Step): Command {
  const about = { path: 's', now: 5000 }
  if (one.kind === 'remove') return { ...about, type: 'delete' }
  if (one.kind === 'create') {
    return {
      ...about,
      type: 'create',
      fresh: `life-${String(++lives).padStart(11, '0')}`,
      contentType: 'text/plain',
      lifetime: { kind: 'forever' },
      closed: false,
      bytes: new Uint8Array(),
    }
  }
  return {
    ...about,
    type: 'append',
    bytes: new TextEncoder().encode(one.body),
    contentType: one.type,
    close: one.close,
    seq: one.seq,
    producer: one.producer,
  }
}

it('decide agrees with a naive model on any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const model = new Model()
      const store = memoryStore()
      for (const one of steps) {
        const expected =
          one.kind === 'append'
            ? model.append({ ...one, type: one.type.toLowerCase().split(';', 1)[0] ?? '' })
            : one.kind === 'create'
              ? model.create()
              : model.remove()
        const command = commandOf(one)
        const producer = command.type === 'append' ? command.producer?.id : undefined
        const verdict = await store.commit({ path: 's', producer }, (known) => decide(known, command))
        const said = verdict.ok ? verdict.outcome : verdict.refusal.code
        expect(said).toBe(expected === 'closed-refused' ? 'closed' : expected)
        expect(verdict.ok).toBe(expected === said && STATUS_OK.has(expected))
      }
      const state = await store.head('s')
      const page = state && (await store.read(state, 0, 1e6))
      expect(Buffer.concat(page?.chunks ?? []).toString()).toBe(model.items.join(''))
    }),
    { numRuns: 500 },
  )
})
