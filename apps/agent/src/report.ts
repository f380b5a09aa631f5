/** Hears of what somebody would act on. */
export type Report = (event: string, fields?: Readonly<Record<string, unknown>>) => void

/** One line of JSON an event. */
export function jsonReport(write: (line: string) => void, now: () => number): Report {
  return (event, fields) =>
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), event, ...fields })}\n`)
}
