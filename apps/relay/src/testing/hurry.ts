import { setTimeout } from 'node:timers/promises'

/** A client's waiting, a hundred times as fast: for tests in which the pauses themselves do not matter. */
export const hurry = {
  sleep: (ms: number, signal: AbortSignal): Promise<void> =>
    setTimeout(ms / 100, undefined, { signal }).catch(() => undefined),
}
