/** Lets jobs pass, so many at a time, in the order they came. */
export type Turnstile = <T>(job: () => Promise<T>) => Promise<T>

export function turnstile(places: number): Turnstile {
  const queue: (() => void)[] = []
  let free = places
  return async (job) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await job()
    } finally {
      const next = queue.shift()
      if (next) next()
      else free += 1
    }
  }
}
