/** @typedef {{ key: string, seq: number, count: number, body: string }} Batch */

const limits = { items: 1000, bytes: 1024 * 1024 }

/**
 * Gathers items into numbered JSON arrays, one series for each key. Where a batch ends depends on nothing but
 * the items, so a second run makes the same batches under the same numbers.
 *
 * @param {{ items: number, bytes: number }} [limit]
 */
export function createBatches({ items, bytes } = limits) {
  /** @type {Map<string, { seq: number, open: string[], size: number }>} */
  const series = new Map()

  /** @param {string} key @returns {Batch[]} */
  const close = (key) => {
    const one = series.get(key)
    if (!one || one.open.length === 0) return []
    const batch = { key, seq: one.seq, count: one.open.length, body: `[${one.open.join(',')}]` }
    series.set(key, { seq: one.seq + 1, open: [], size: 0 })
    return [batch]
  }

  return {
    /**
     * @param {string} key
     * @param {unknown} item
     * @returns {Batch[]} what is full now
     */
    add(key, item) {
      const json = JSON.stringify(item)
      const size = Buffer.byteLength(json) + 1
      const before = series.get(key)
      const full = before && (before.open.length >= items || before.size + size > bytes) ? close(key) : []
      const one = series.get(key) ?? { seq: 0, open: [], size: 0 }
      one.open.push(json)
      one.size += size
      series.set(key, one)
      return full
    },
    /** @returns {Batch[]} everything that is not full yet */
    rest: () => [...series.keys()].flatMap(close),
  }
}
