const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const shortYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const long = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const longYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })

/** The day of a moment where the reader is: from its midnight to the next, in ms. */
export function dayAround(at: number): { readonly from: number; readonly to: number } {
  const date = new Date(at)
  const midnight = (plus: number) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate() + plus).getTime()
  return { from: midnight(0), to: midnight(1) }
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
  const today = dayAround(now)
  if (at >= today.to) return undefined
  if (at >= today.from) return 'Today'
  return at >= dayAround(today.from - 1).from ? 'Yesterday' : undefined
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear()
}
