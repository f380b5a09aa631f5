import { createOptimisticAction, type Transaction } from '@tanstack/db'
import type { ActionDefinitions, ActionMap } from './options.ts'

/** Callable actions. One without a `mutationFn` is a transaction of the outbox. */
export function actionsOf<TActions extends ActionDefinitions>(
  definitions: TActions,
  transact: (fn: () => void) => Transaction,
): ActionMap<TActions> {
  const entries = Object.entries(definitions).map(([name, { onMutate, mutationFn }]) => {
    const action = mutationFn
      ? createOptimisticAction({ onMutate, mutationFn })
      : (params: unknown) => transact(() => onMutate(params))
    return [name, action]
  })
  // Each action was made from the definition of its name.
  return Object.fromEntries(entries) as ActionMap<TActions>
}
