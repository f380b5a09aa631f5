/**
 * Runs jobs side by side, those of one key in their order, and holds the caller back when enough are under way.
 *
 * @param {number} limit
 */
export function createQueue(limit) {
  /** @type {Map<string, Promise<void>>} */
  const last = new Map()
  /** @type {Set<Promise<void>>} */
  const open = new Set()

  return {
    /**
     * Resolves when another job may come; rejects when any has failed.
     *
     * @param {string} key
     * @param {() => Promise<void>} job
     */
    async push(key, job) {
      const done = (last.get(key) ?? Promise.resolve()).then(job)
      last.set(key, done)
      open.add(done)
      done.then(
        () => open.delete(done),
        () => {},
      )
      while (open.size >= limit) await Promise.race(open)
    },
    async idle() {
      await Promise.all(open)
    },
  }
}
