/** One unit of work in a group: runs against the group's transaction, settles when that is durable. */
interface Job<Tx> {
  readonly run: (tx: Tx) => () => void
  readonly fail: (error: unknown) => void
}

export interface GroupCommitOptions<Tx> {
  readonly begin: () => Tx
  /** Resolves when everything in `tx` is durable; rejects when none of it is. */
  readonly flush: (tx: Tx) => Promise<void>
  /** Calls back once the requests that are at hand have had their turn; asked before each group. */
  readonly defer: (start: () => void) => void
  /** The most jobs that share a flush. */
  readonly limit: number
}

/**
 * Runs jobs one after another and makes many of them durable with one flush: while a group is being
 * flushed the next one gathers. Between two jobs of a group nothing else runs.
 */
export class GroupCommit<Tx> {
  readonly #options: GroupCommitOptions<Tx>
  #waiting: Job<Tx>[] = []
  #active: Promise<void> | undefined

  constructor(options: GroupCommitOptions<Tx>) {
    this.#options = options
  }

  /** Resolves with what `work` returned, once it is durable. */
  submit<T>(work: (tx: Tx) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = (tx: Tx) => {
        const value = work(tx)
        return () => resolve(value)
      }
      this.#waiting.push({ run, fail: reject })
      this.#active ??= this.#start()
    })
  }

  /** Resolves when nothing is waiting or being flushed. */
  async idle(): Promise<void> {
    while (this.#active) await this.#active
  }

  async #start(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#options.defer(resolve))
      const group = this.#waiting.slice(0, this.#options.limit)
      this.#waiting = this.#waiting.slice(group.length)
      await this.#commit(group)
    }
    this.#active = undefined
  }

  async #commit(group: readonly Job<Tx>[]): Promise<void> {
    const tx = this.#options.begin()
    const settle: (() => void)[] = []
    const fail: ((error: unknown) => void)[] = []
    for (const job of group) {
      try {
        settle.push(job.run(tx))
        fail.push(job.fail)
      } catch (error) {
        job.fail(error)
      }
    }
    try {
      await this.#options.flush(tx)
    } catch (error) {
      for (const reject of fail) reject(error)
      return
    }
    for (const resolve of settle) resolve()
  }
}
