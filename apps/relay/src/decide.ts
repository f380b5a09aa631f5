import {
  type Command,
  type Delete,
  isRefused,
  type Known,
  present,
  type Refused,
  refused,
  type Verdict,
} from './command.ts'
import { decideAppend } from './decide-append.ts'
import { decideCreate } from './decide-create.ts'
import { presence } from './lifetime.ts'
import { refuse } from './refusal.ts'

/**
 * What becomes of a command, given all that is known. Pure: a store calls it with what it read, and stores
 * what it says only if that is still true, else asks again.
 */
export function decide(known: Known, command: Command): Verdict {
  const mismatch = inAnotherLife(known, command)
  if (mismatch) return mismatch
  switch (command.type) {
    case 'create':
      return decideCreate(known, command)
    case 'append':
      return decideAppend(known, command)
    case 'delete':
      return decideDelete(known, command)
  }
}

/** A precondition on a life that never was or is over reads as missing or gone, except for a create. */
function inAnotherLife({ target }: Known, command: Command): Refused | undefined {
  if (command.incarnation === undefined || command.incarnation === target?.incarnation) return undefined
  if (command.type !== 'create' && presence(target, command.now) !== 'here') return undefined
  return refused(refuse('incarnation-mismatch', 'the stream at this path is another one'), target)
}

function decideDelete({ target }: Known, command: Delete): Verdict {
  const state = present(target, command.now)
  if (isRefused(state)) return state
  return { ok: true, outcome: 'deleted', state, write: { type: 'delete' } }
}
