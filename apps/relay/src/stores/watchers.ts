/** The wake-up of a store: listeners by path. */
export class Watchers {
  readonly #byPath = new Map<string, Set<() => void>>()

  add(path: string, wake: () => void): () => void {
    const set = this.#byPath.get(path) ?? new Set()
    this.#byPath.set(path, set)
    set.add(wake)
    return () => {
      set.delete(wake)
      if (set.size === 0 && this.#byPath.get(path) === set) this.#byPath.delete(path)
    }
  }

  wake(path: string): void {
    for (const wake of this.#byPath.get(path) ?? []) wake()
  }
}
