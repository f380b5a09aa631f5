import { expect, test, vi } from 'vitest'
import type { DrainPort } from '../packages/client/src/outbox/drain.ts'
import type { Verdict } from '../packages/client/src/outbox/judge.ts'
import type { Claim, Entry, Outbox, ProducerState, Settlement } from '../packages/client/src/outbox/outbox.ts'
import type { Change } from '../packages/client/src/outbox/rules.ts'
import type { Store, Transaction } from '../packages/client/src/store/store.ts'
import type { Mirror } from '../packages/client/src/stream/mirror.ts'
import type { AppendAnswer, Transport } from '../packages/client/src/transport.ts'
import { COPIED, DEAF, LATE, type Rates, REBORN, RESTORED, SET_BACK } from './rates.ts'

/**
 * Each rule of the write protocol (docs/write-protocol.md) and each invariant it stands on, broken on purpose: a
 * simulation that finds nothing wrong then would prove nothing. Those whose breach it does not find are named, with
 * the reason, in decisions/sim-breaches.md.
 */

const SEEDS = Number(process.env.BREACH_SEEDS ?? 300)

type Module = Record<string, unknown>
// Functions of the modules that are broken, by the shape in which the breach calls them.
type Call<Args extends unknown[], Result> = (...args: Args) => Result

const outbox = '../packages/client/src/outbox'
const stream = '../packages/client/src/stream'
const memory = '../packages/client/src/store/memory.ts'

const wrapPort = (change: (port: DrainPort) => Partial<DrainPort>) => (real: Module) => ({
  drainPort: (options: unknown) => {
    const port = (real.drainPort as Call<[unknown], DrainPort>)(options)
    return { ...port, ...change(port) }
  },
})

type Judge = Call<[Claim, AppendAnswer], Verdict>
const wrapJudge =
  (change: (verdict: Verdict, claim: Claim, answer: AppendAnswer) => Verdict) => (real: Module) => ({
    judge: (claim: Claim, answer: AppendAnswer) =>
      change((real.judge as Judge)(claim, answer), claim, answer),
  })

type Frozen = { change: Change | null; claim: Claim | null; fresh: boolean }
type Freeze = Call<[ProducerState, readonly Entry[], string | null, unknown], Frozen>
const wrapFreeze =
  (change: (before: ProducerState, entries: readonly Entry[], freeze: () => Frozen) => Frozen) =>
  (real: Module) => ({
    freeze: (
      producer: ProducerState,
      entries: readonly Entry[],
      incarnation: string | null,
      limits: unknown,
    ) => change(producer, entries, () => (real.freeze as Freeze)(producer, entries, incarnation, limits)),
  })

type Settle = Call<[ProducerState, Claim, readonly Entry[], Settlement], Change>
const wrapSettle =
  (change: (sent: Claim, entries: readonly Entry[], settlement: Settlement, made: Change) => Change) =>
  (real: Module) => ({
    settle: (producer: ProducerState, sent: Claim, entries: readonly Entry[], settlement: Settlement) =>
      change(sent, entries, settlement, (real.settle as Settle)(producer, sent, entries, settlement)),
  })

const wrapStore =
  (breach: () => (tx: Transaction) => Partial<Transaction>) =>
  (real: Module): Module => ({
    memoryStore: (db: unknown): Store => {
      const store = (real.memoryStore as Call<[unknown], Store>)(db)
      const change = breach()
      return { ...store, run: (mode, body) => store.run(mode, (tx) => body({ ...tx, ...change(tx) })) }
    },
  })

const wrapOutbox =
  (change: (store: Store, real: Call<[Store], Outbox>) => Partial<Outbox>) =>
  ({ storedOutbox: real, ...others }: Module): Module => ({
    ...others,
    storedOutbox: (store: Store) => ({
      ...(real as Call<[Store], Outbox>)(store),
      ...change(store, real as Call<[Store], Outbox>),
    }),
  })

const remaining = (claim: Claim, entries: readonly Entry[]) =>
  entries.filter((entry) => claim.entries.includes(entry.n))

const bodyOf = (entries: readonly Entry[]) => `[${entries.flatMap((entry) => entry.items).join(',')}]`

function retagged({ claim, fresh }: Frozen, before: ProducerState, tag: Partial<Claim['tag']>): Frozen {
  if (!claim) return { change: null, claim, fresh }
  const next = { ...claim, tag: { ...claim.tag, ...tag } }
  const { epoch, seq } = next.tag
  return { change: { producer: { ...before, epoch, seq, claim: next }, put: [] }, claim: next, fresh }
}

interface Breach {
  readonly file: string
  readonly breach: (real: Module) => Module
  /** The guard behind it, which hides the breach as long as it stands. */
  readonly behind?: Pick<Breach, 'file' | 'breach'>
  /** The troubles that it takes, where those of all sorts seldom show it. */
  readonly rates?: Rates
}

const breaches: Record<string, Breach> = {
  'rule 1, a producer and a claim for each tab': {
    file: memory,
    breach: wrapStore(() => {
      const own = new Map<string, ProducerState>()
      return (tx) => ({
        get: (table, id) => (table === 'claims' ? own.get(id) : tx.get(table, id)) as never,
        put(table, id, row) {
          if (table === 'claims') own.set(id, row as ProducerState)
          else tx.put(table, id, row)
        },
      })
    }),
  },
  'rule 1, a producer made with the first claim': {
    rates: COPIED,
    file: `${outbox}/stored.ts`,
    breach: wrapOutbox((store, real) => {
      const without = (tx: Transaction): Transaction => ({
        ...tx,
        put(table, id, row) {
          if (table !== 'claims') tx.put(table, id, row)
        },
      })
      return { add: real({ ...store, run: (mode, body) => store.run(mode, (tx) => body(without(tx))) }).add }
    }),
  },
  'rule 2, a claim frozen before the log of this life was caught up': {
    rates: RESTORED,
    file: `${outbox}/stored.ts`,
    breach: wrapOutbox((store, real) => {
      const upToDate: Store['run'] = (mode, body) =>
        store.run(mode, (tx) =>
          body({
            ...tx,
            async get(table, id) {
              const row = await tx.get(table, id)
              return row && { ...row, caughtUp: true }
            },
          }),
        )
      return { freeze: real({ ...store, run: upToDate }).freeze }
    }),
    behind: {
      file: `${stream}/drain-port.ts`,
      breach: wrapPort(() => ({ ready: async () => undefined })),
    },
  },
  'rule 3, a resend without reading the log first': {
    rates: DEAF,
    file: `${stream}/drain-port.ts`,
    breach: wrapPort(() => ({ catchUp: async () => undefined })),
  },
  'rule 5, decided where the log does not hold what was answered': {
    rates: SET_BACK,
    file: `${stream}/drain-port.ts`,
    breach: (real) => ({
      drainPort: (options: { mirror: Mirror }) =>
        (real.drainPort as Call<[unknown], DrainPort>)({
          ...options,
          mirror: { ...options.mirror, waits: () => false },
        }),
    }),
  },
  'rule 12, a producer forgotten while its requests are on their way': {
    rates: DEAF,
    file: './network.ts',
    breach: (real) => ({
      network: (options: unknown) => ({
        ...(real.network as Call<[unknown], object>)(options),
        appends: () => 0,
      }),
    }),
  },
  'rule 2 and invariant 5, a body that is made anew for each resend': {
    file: `${outbox}/rules.ts`,
    breach: wrapFreeze((before, entries, freeze) => {
      if (!before.claim) return freeze()
      const saved = entries.filter((entry) => entry.status.state === 'saved')
      const claim = { ...before.claim, entries: saved.map((entry) => entry.n), body: bodyOf(saved) }
      return { change: { producer: { ...before, claim }, put: [] }, claim, fresh: false }
    }),
  },
  'rule 3, echoes that are not matched': {
    file: `${outbox}/echo.ts`,
    breach: () => ({ echoesOf: () => [] }),
  },
  'rule 4, an append that does not name the life it is meant for': {
    rates: REBORN,
    file: '../packages/client/src/transport.ts',
    breach: (real) => ({
      httpTransport: (options: unknown) => {
        const transport = (real.httpTransport as Call<[unknown], Transport>)(options)
        const append: Transport['append'] = (claim, signal) =>
          transport.append({ ...claim, incarnation: null }, signal)
        return { ...transport, append }
      },
    }),
  },
  'rule 4, a claim that outlives the life it was meant for': {
    file: `${outbox}/rules.ts`,
    breach: (real) => ({
      freeze: (
        producer: ProducerState,
        entries: readonly Entry[],
        incarnation: string | null,
        limits: unknown,
      ) =>
        (real.freeze as Freeze)(
          producer,
          entries,
          producer.claim ? producer.claim.incarnation : incarnation,
          limits,
        ),
    }),
  },
  'rule 5, decided without reading the log': {
    file: `${stream}/drain-port.ts`,
    breach: wrapPort(() => ({ reach: async () => undefined, catchUp: async () => undefined })),
  },
  'rule 6 and invariant 4, an answer that takes entries out of the outbox': {
    file: `${outbox}/stored.ts`,
    breach: wrapOutbox((store, real) => ({
      async settle(id, sent, settlement) {
        const done = await real(store).settle(id, sent, settlement)
        if (done && settlement.kind === 'accepted')
          await store.run('strict', async (tx) => {
            for (const n of sent.entries) tx.remove('outbox', id, n, n + 1)
          })
        return done
      },
    })),
  },
  'rule 9, a claim rejected as a whole': {
    file: `${outbox}/rules.ts`,
    breach: wrapSettle((sent, entries, settlement, made) =>
      settlement.kind === 'refused'
        ? {
            producer: { ...made.producer, claim: null },
            put: remaining(sent, entries).map((entry) => ({
              ...entry,
              status: { state: 'rejected', error: settlement.error },
            })),
          }
        : made,
    ),
  },
  'rule 10, no answer taken for a refusal': {
    file: `${outbox}/judge.ts`,
    breach: wrapJudge((verdict) =>
      verdict.kind === 'undecided'
        ? { kind: 'settle', settlement: { kind: 'refused', error: { code: 'server', message: '' } } }
        : verdict,
    ),
  },
  'invariant 2, an arrival that is stored wherever the log ends': {
    file: '../packages/client/src/protocol/index.ts',
    breach: () => ({ compareOffsets: (a: string, b: string) => (a === b ? -1 : -1) }),
  },
  'invariant 3, saved before it is on disk': {
    file: `${stream}/mirror.ts`,
    breach: (real) => ({
      openMirror: async (options: unknown) => {
        const mirror = await (
          real.openMirror as Call<[unknown], Promise<{ add(write: unknown): Promise<void> }>>
        )(options)
        const add = async (write: unknown) => void mirror.add(write).catch(() => undefined)
        return { ...mirror, add }
      },
    }),
  },
  'invariant 5, an epoch that each resend raises': {
    rates: LATE,
    file: `${outbox}/rules.ts`,
    breach: wrapFreeze((before, _, freeze) => {
      const frozen = freeze()
      if (frozen.fresh || !frozen.claim) return frozen
      return retagged(frozen, before, { epoch: before.epoch + 1, seq: 0 })
    }),
  },
}

test.each(Object.entries(breaches))('%s is caught', async (name, { rates, behind, ...first }) => {
  const broken = behind ? [first, behind] : [first]
  vi.resetModules()
  for (const { file, breach } of broken)
    vi.doMock(file, async (original) => {
      const real = (await original()) as Module
      return { ...real, ...breach(real) }
    })
  const { simulate } = await import('./simulate.ts')
  let caught: { seed: number; violations: readonly string[] } | undefined
  for (let seed = 1; seed <= SEEDS && !caught; seed++) {
    const { violations: found } = await simulate(seed, rates && { rates })
    // What is left running says nothing of writes.
    const violations = found.filter((violation) => !violation.includes('timers left'))
    if (violations.length > 0) caught = { seed, violations }
  }
  for (const { file } of broken) vi.doUnmock(file)
  process.stdout.write(`${name}: seed ${caught?.seed}, ${caught?.violations[0]}\n`)
  expect(caught, `${SEEDS} seeds with this rule broken and nothing was wrong`).toBeDefined()
})
