import { type Match, matches, type Passing } from './match.ts'
import { createUndone, type Undone } from './undone.ts'

/** What can happen to a request on its way; a request meets at most one of a kind. */
export type Effect =
  /** No connection. */
  | { readonly kind: 'down' }
  /** Answered in the relay's place. */
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: number }
  /** The same, as the relay refuses credentials. */
  | { readonly kind: 'refuse'; readonly status: number }
  /** Carried out, then the connection breaks in place of the answer. */
  | { readonly kind: 'lose-ack' }
  /** Delivered twice; the first answer counts. */
  | { readonly kind: 'twice' }
  /** Milliseconds before the relay has it, or before the client has the answer. */
  | { readonly kind: 'delay'; readonly ms: number; readonly of: 'request' | 'answer' }
  /** The connection breaks after so many bytes of the answer's body. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** The answer's body arrives in pieces of so many bytes. */
  | { readonly kind: 'trickle'; readonly bytes: number }
  /** Headers come through, the body not before it is undone. */
  | { readonly kind: 'mute' }

type Kind = Effect['kind']
/** With the end of the fault that an effect is of. */
export type Plan = { readonly [K in Kind]?: Extract<Effect, { kind: K }> & { readonly undone: Undone } }

/** A fault that was asked for. It is in force when the verb returns. */
export interface Fault {
  /** Resolves when it has happened: as often as it was to, or once where it stays until it is undone. */
  readonly happened: Promise<void>
  /** Ends it; what it broke stays broken, what it held up goes on. */
  undo(): void
}

interface Rule {
  readonly match: Match
  readonly effect: Effect
  left: number
  readonly happened: () => void
  readonly undone: ReturnType<typeof createUndone>
}

/** Bytes of a body that may pass before it is cut. */
export interface Cut {
  readonly room: number
  readonly happened: () => void
}

export interface Faults {
  /** `match.times` left out: for ever. */
  add(effect: Effect, match?: Match): Fault
  /** Ends all of one kind. */
  clear(kind: Kind): void
  /** What shall happen to a request, whose faults are spent with this; `done` says that it has happened. */
  plan(passing: Passing): { readonly plan: Plan; readonly done: () => void }
  /** Where the body of an answer is to be cut before `passed` more bytes are through, if it is. */
  cut(passing: Passing, bytes: number): Cut | undefined
}

export function createFaults(): Faults {
  let rules: Rule[] = []
  const through = new WeakMap<Rule, WeakMap<Passing, number>>()

  const spend = (rule: Rule) => {
    rule.left -= 1
    if (rule.left === 0) rules = rules.filter((other) => other !== rule)
  }
  const done = (rule: Rule) => {
    if (rule.left === 0 || rule.left === Number.POSITIVE_INFINITY) rule.happened()
  }

  const hit = (rule: Rule) => {
    spend(rule)
    done(rule)
  }

  return {
    add(effect, match = {}) {
      let happened = (): void => undefined
      const promise = new Promise<void>((resolve) => {
        happened = resolve
      })
      const undone = createUndone()
      const rule = { match, effect, left: match.times ?? Number.POSITIVE_INFINITY, happened, undone }
      if (rule.left > 0) rules = [...rules, rule]
      else happened()
      return {
        happened: promise,
        undo() {
          rules = rules.filter((other) => other !== rule)
          undone.undo()
        },
      }
    },

    clear(kind) {
      for (const rule of rules) if (rule.effect.kind === kind) rule.undone.undo()
      rules = rules.filter(({ effect }) => effect.kind !== kind)
    },

    plan(passing) {
      const first = (kind: Kind) =>
        rules.find(({ effect, match }) => effect.kind === kind && matches(match, passing))
      // A request that gets no further meets nothing of what lies behind.
      const down = first('down')
      const refusal = down ? undefined : first('refuse')
      const answer = down || refusal ? undefined : first('answer')
      const kinds: readonly Kind[] = down || refusal || answer ? [] : ['lose-ack', 'twice', 'mute', 'trickle']
      const met = [down, refusal, answer, down ? undefined : first('delay'), ...kinds.map(first)]
      const hits = met.filter((rule) => rule !== undefined)
      for (const rule of hits) spend(rule)
      const plan: Plan = Object.fromEntries(
        hits.map(({ effect, undone }) => [effect.kind, { ...effect, undone }]),
      )
      return { plan, done: () => hits.forEach(done) }
    },

    cut(passing, bytes) {
      for (const rule of rules) {
        const { effect, match } = rule
        if (effect.kind !== 'cut' || !matches(match, passing)) continue
        const counts = through.get(rule) ?? new WeakMap<Passing, number>()
        through.set(rule, counts)
        const before = counts.get(passing) ?? 0
        counts.set(passing, before + bytes)
        if (before + bytes >= effect.bytes) return { room: effect.bytes - before, happened: () => hit(rule) }
      }
      return undefined
    },
  }
}
