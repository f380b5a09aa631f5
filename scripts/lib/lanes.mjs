import { setImmediate } from 'node:timers/promises'

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} tail what to show of a lane that did not pass
 * @property {string} [note] what to say of one that did
 *
 * @typedef {object} Lane
 * @property {string} name
 * @property {number} [cores] how many of the cores it keeps busy; 1 unless said
 * @property {string[]} [after] lanes that have to end first, however they end
 * @property {(detail: (text: string) => void) => Promise<Tally>} work may say what it is doing right now
 *
 * @typedef {{ name: string, seconds: number, tally: Tally }} Result
 */

/**
 * Runs lanes side by side, in their order, as far as the cores reach. A lane that throws has failed.
 *
 * @param {Lane[]} lanes
 * @param {object} options
 * @param {number} options.cores
 * @param {(name: string) => (text: string) => void} options.onStart gives back where a lane's details go
 * @param {(result: Result) => void} options.onEnd
 * @returns {Promise<Result[]>} in the order of the lanes
 */
export async function runLanes(lanes, { cores, onStart, onEnd }) {
  /** @type {Map<string, Result>} */
  const ended = new Map()
  /** @type {Map<Lane, Promise<void>>} */
  const running = new Map()
  const waiting = [...lanes]

  const busy = () => [...running.keys()].reduce((sum, lane) => sum + (lane.cores ?? 1), 0)
  const names = new Set(lanes.map((lane) => lane.name))
  /** @param {Lane} lane */
  const ready = ({ after = [] }) => after.every((name) => ended.has(name) || !names.has(name))

  /** @param {Lane} lane */
  const launch = async (lane) => {
    const since = Date.now()
    const detail = onStart(lane.name)
    await setImmediate()
    const tally = await lane.work(detail).catch((error) => broken(error))
    const result = { name: lane.name, seconds: (Date.now() - since) / 1000, tally }
    ended.set(lane.name, result)
    running.delete(lane)
    onEnd(result)
  }

  while (waiting.length > 0 || running.size > 0) {
    for (const lane of waiting.filter(ready)) {
      if (running.size > 0 && busy() + (lane.cores ?? 1) > cores) break
      waiting.splice(waiting.indexOf(lane), 1)
      running.set(lane, launch(lane))
    }
    if (running.size === 0) throw new Error(`lanes wait for each other: ${waiting.map(({ name }) => name)}`)
    await Promise.race(running.values())
  }
  return lanes.flatMap(({ name }) => ended.get(name) ?? [])
}

/** @param {unknown} error @returns {Tally} */
const broken = (error) => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  tail: [error instanceof Error ? error.message : String(error)],
})
