/** One unit of work in a group: runs against the group's transaction, settles when that is durable. */
interface Job<Tx> {
  readonly work: (tx: Tx) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  value: unknown
}

export interface GroupCommitOptions<Tx> {
  readonly begin: () => Tx
  /** Resolves when everything in `tx` is durable; rejects when none of it is. */
  readonly flush: (tx: Tx) => Promise<void>
  /** Calls back once the requests that are at hand have had their turn; asked when work begins. */
  readonly defer: (start: () => void) => void
  /** The most jobs that share a flush. */
  readonly limit: number
}

/** A flush that takes longer (ms) than what is done between two of them: sharing it is worth a wait. */
const SLOW_FLUSH_MS = 2
/** The part of the last flush's time that the next one may wait for company. */
const PATIENCE = 1 / 4

/**
 * Runs jobs one after another and makes many of them durable with one flush: while a group is being
 * flushed the next one gathers, and its flush begins before the first one's callers are told. Between two
 * jobs of a group nothing else runs.
 *
 * Where flushes are slow, callers are told first, and the next flush waits a moment for them to come back:
 * otherwise writers who wait for their answers fall into two halves that take turns.
 */
export class GroupCommit<Tx> {
  readonly #options: GroupCommitOptions<Tx>
  #waiting: Job<Tx>[] = []
  #active: Promise<void> | undefined
  #enough = Number.POSITIVE_INFINITY
  #gathered = () => {}

  constructor(options: GroupCommitOptions<Tx>) {
    this.#options = options
  }

  /** Resolves with what `work` returned, once it is durable. */
  submit<T>(work: (tx: Tx) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Job<Tx>['resolve'], reject, value: undefined })
      if (this.#waiting.length >= this.#enough) this.#gathered()
      this.#active ??= this.#run()
    })
  }

  /** Resolves when nothing is waiting or being flushed. */
  async idle(): Promise<void> {
    while (this.#active) await this.#active
  }

  async #run(): Promise<void> {
    await new Promise<void>((resolve) => this.#options.defer(resolve))
    let tell = nobody
    while (this.#waiting.length > 0) {
      const began = performance.now()
      const group = this.#next()
      const flushed = this.#flush(group)
      tell()
      tell = await flushed
      const took = performance.now() - began
      if (took <= SLOW_FLUSH_MS) continue
      tell()
      tell = nobody
      await this.#gather(group.length + this.#waiting.length, took * PATIENCE)
    }
    this.#active = undefined
    tell()
  }

  #next(): readonly Job<Tx>[] {
    const group = this.#waiting
    this.#waiting = group.splice(this.#options.limit)
    return group
  }

  /** Resolves with what tells the callers how it went. */
  async #flush(group: readonly Job<Tx>[]): Promise<() => void> {
    const tx = this.#options.begin()
    const done = group.filter((job) => carryOut(job, tx))
    try {
      await this.#options.flush(tx)
    } catch (error) {
      return () => {
        for (const { reject } of done) reject(error)
      }
    }
    return () => {
      for (const { resolve, value } of done) resolve(value)
    }
  }

  /** Resolves when `enough` jobs wait, after `ms` at the latest. */
  async #gather(enough: number, ms: number): Promise<void> {
    if (this.#waiting.length >= enough) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#enough = enough
      this.#gathered = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#enough = Number.POSITIVE_INFINITY
  }
}

const nobody = () => {}

/** Whether it came to an end; if not, its caller knows. */
function carryOut<Tx>(job: Job<Tx>, tx: Tx): boolean {
  try {
    job.value = job.work(tx)
    return true
  } catch (error) {
    job.reject(error)
    return false
  }
}
