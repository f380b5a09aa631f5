/** Seeded randomness: the same seed gives the same run (mulberry32). */
export interface Random {
  /** 0 to 1. */
  unit(): number
  /** Whole, `from` and `to` included. */
  whole(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
}

export function seeded(seed: number): Random {
  let state = seed >>> 0
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number) => from + Math.floor(unit() * (to - from + 1))
  return {
    unit,
    whole,
    chance: (probability) => unit() < probability,
    pick: (from) => from[whole(0, from.length - 1)] as (typeof from)[number],
  }
}

/** The relay's own randomness, seeded too; gives back the way to undo it. */
export function installRandom(random: Random): () => void {
  const { random: unit } = Math
  const { getRandomValues } = crypto
  Math.random = random.unit
  Object.defineProperty(crypto, 'getRandomValues', {
    configurable: true,
    value: (bytes: Uint8Array) => bytes.map((_, index) => (bytes[index] = random.whole(0, 255))),
  })
  return () => {
    Math.random = unit
    Object.defineProperty(crypto, 'getRandomValues', { configurable: true, value: getRandomValues })
  }
}
