import { type KeyboardEvent, type RefObject, useEffect, useMemo } from 'react'
import type { Listing } from './listing.ts'
import { SessionItem } from './session-item.tsx'

interface SessionListProps {
  readonly listings: readonly Listing[]
  readonly label?: string
  readonly waiting: ReadonlySet<string>
  readonly current: string | undefined
  /** Called when the arrow key leaves the list upwards. */
  readonly leave: () => void
  readonly list: RefObject<HTMLUListElement | null>
}

/** The sessions as links: one stop for the Tab key, arrow keys inside. */
export function SessionList({
  listings,
  label = 'Sessions',
  waiting,
  current,
  leave,
  list,
}: SessionListProps) {
  const now = useMemo(() => Date.now(), [])
  const stop = listings.some(({ session }) => session.id === current) ? current : listings[0]?.session.id

  useEffect(() => {
    if (current === undefined) return
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [list, current])

  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const links = [...event.currentTarget.querySelectorAll('a')]
    const at = links.findIndex((link) => link.matches(':focus'))
    const to = target(event.key, at, links.length)
    if (to === undefined) return
    event.preventDefault()
    if (to < 0) leave()
    else links[to]?.focus()
  }

  return (
    <ul
      ref={list}
      className="session-list"
      aria-label={label}
      data-testid="sessions-list"
      onKeyDown={onKeyDown}
    >
      {listings.map((listing) => (
        <SessionItem
          key={listing.session.id}
          listing={listing}
          now={now}
          current={listing.session.id === current}
          tabStop={listing.session.id === stop}
          waiting={waiting.has(listing.session.id)}
        />
      ))}
    </ul>
  )
}

/** The link that a key leads to; -1 is above the first. */
function target(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, count - 1)
    case 'ArrowUp':
      return at - 1
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
