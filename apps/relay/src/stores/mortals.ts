import { isOver, touched } from '../lifetime.ts'
import type { StreamState } from '../state.ts'

/**
 * The streams that end by themselves, so that a sweep need not look at the others, and the touches of
 * their sliding windows, which are kept here and stored from time to time.
 */
export class Mortals {
  readonly #touched = new Map<string, number>()
  #unsaved = new Set<string>()

  /** To be called with each committed state, undefined when the path is free again. */
  note(path: string, state: StreamState | undefined): void {
    this.#unsaved.delete(path)
    if (!state || state.hidden || state.lifetime.kind === 'forever') this.#touched.delete(path)
    else this.#touched.set(path, state.lifetime.kind === 'window' ? state.lifetime.touched : 0)
  }

  touch(path: string, now: number): void {
    if ((this.#touched.get(path) ?? now) >= now) return
    this.#touched.set(path, now)
    this.#unsaved.add(path)
  }

  /** `state` with the latest touch in it. */
  current(path: string, state: StreamState): StreamState {
    if (state.lifetime.kind !== 'window') return state
    const at = this.#touched.get(path)
    return at === undefined || at <= state.lifetime.touched
      ? state
      : { ...state, lifetime: touched(state.lifetime, at) }
  }

  over(now: number, stateOf: (path: string) => StreamState | undefined): string[] {
    return [...this.#touched.keys()].filter((path) => {
      const state = stateOf(path)
      return state !== undefined && !state.hidden && isOver(state.lifetime, now)
    })
  }

  /** The paths touched since their state was last stored; they count as stored from now on. */
  takeUnsaved(): string[] {
    const paths = [...this.#unsaved]
    this.#unsaved = new Set()
    return paths
  }
}
