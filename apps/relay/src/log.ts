/** One line of JSON per event that a person would act on; nothing per request. */
export type Log = (level: 'info' | 'error', event: string, fields?: Readonly<Record<string, unknown>>) => void

export function jsonLog(write: (line: string) => void, now: () => number = Date.now): Log {
  return (level, event, fields) => {
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`)
  }
}

/** What the log says of an error: its name, code and text, and of one from here no stack. */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return error === undefined ? {} : { error: String(error) }
  const code = 'code' in error ? { code: error.code } : {}
  return { error: error.message, name: error.name, ...code, at: error.stack?.split('\n')[1]?.trim() }
}
