const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const shortYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const long = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const longYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })

/** The day of a moment where the reader is, as a number that grows by the day (20260131). */
export function dayOf(at: number): number {
  const date = new Date(at)
  return date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate()
}

export function clockTime(at: number): string {
  return clock.format(at)
}

export function fullTime(at: number): string {
  return full.format(at)
}

/** "Today", "Yesterday", a weekday and date of this year, or a date with its year. */
export function dayLabel(at: number, now: number): string {
  const near = nearDay(at, now)
  if (near) return near
  return sameYear(at, now) ? long.format(at) : longYear.format(at)
}

/** As `dayLabel`, where there is little room. */
export function shortDay(at: number, now: number): string {
  return nearDay(at, now) ?? (sameYear(at, now) ? short.format(at) : shortYear.format(at))
}

function nearDay(at: number, now: number): string | undefined {
  if (dayOf(at) === dayOf(now)) return 'Today'
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  return dayOf(at) === dayOf(yesterday.getTime()) ? 'Yesterday' : undefined
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear()
}
