import { startServer } from './servers.mjs'

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

export const quantile = (values, q) => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}

/**
 * Runs `work(server)` on a fresh server of each kind in turn, `rounds` times over, and returns by kind the
 * median of each figure it returned.
 */
export async function alternate(kinds, rounds, work) {
  const figures = new Map(kinds.map((kind) => [kind, []]))
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const server = await startServer(kind)
      try {
        figures.get(kind).push(await work(server))
      } finally {
        await server.stop()
      }
    }
  }
  return new Map([...figures].map(([kind, rows]) => [kind, medians(rows)]))
}

function medians(rows) {
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, median(rows.map((row) => row[name]))]))
}
