import { dayLabel } from './days.ts'

export function DayRow({ at }: { readonly at: number }) {
  return (
    <p className="day-row">
      <time dateTime={new Date(at).toISOString()}>{dayLabel(at, Date.now())}</time>
    </p>
  )
}
