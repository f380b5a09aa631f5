/** When a log is tidied. */
export interface TidyLimits {
  /** Milliseconds after news before the log is looked at. */
  readonly idle: number
  /** Items in small segments that are worth joining. */
  readonly join: number
  /** Items that are worth a checkpoint. */
  readonly fold: number
  /** Newest items that no checkpoint takes in, so that tabs a little behind read on. */
  readonly tail: number
}

export const TIDY_LIMITS: TidyLimits = { idle: 2_000, join: 500, fold: 10_000, tail: 1_000 }
