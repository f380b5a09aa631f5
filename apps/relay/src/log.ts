/** One line of JSON per event that a person would act on; nothing per request. */
export type Log = (level: 'info' | 'error', event: string, fields?: Fields) => void

type Fields = Readonly<Record<string, unknown>>

export interface LogOptions {
  readonly now?: () => number
  /** For how long (ms) an event that comes again with the same error is counted instead of written. */
  readonly quiet?: number
}

const QUIET_MS = 10_000

/**
 * A disk that is full fails every append, and is one thing to act on: the next line of its kind, once it may
 * be written, says in `repeated` how many were left out.
 */
export function jsonLog(write: (line: string) => void, options: LogOptions = {}): Log {
  const { now = Date.now, quiet = QUIET_MS } = options
  const kinds = new Map<string, { at: number; repeated: number }>()
  return (level, event, fields) => {
    const kind = `${event} ${String(fields?.error ?? '')}`
    const last = kinds.get(kind)
    if (last && now() - last.at < quiet) {
      last.repeated++
      return
    }
    for (const [other, { at }] of kinds) if (now() - at >= 2 * quiet) kinds.delete(other)
    kinds.set(kind, { at: now(), repeated: 0 })
    const repeated = last?.repeated ? { repeated: last.repeated } : {}
    write(
      `${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields, ...repeated })}\n`,
    )
  }
}

/** What the log says of an error: its name, code and text, and of one from here no stack. */
export function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return error === undefined ? {} : { error: String(error) }
  const code = 'code' in error ? { code: error.code } : {}
  return { error: error.message, name: error.name, ...code, at: error.stack?.split('\n')[1]?.trim() }
}
