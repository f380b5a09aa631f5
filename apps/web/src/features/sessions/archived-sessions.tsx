import { useRef } from 'react'
import { ArchiveIcon } from '../../ui/icons.tsx'
import type { Listing } from './listing.ts'
import { SessionList } from './session-list.tsx'

interface ArchivedSessionsProps {
  readonly listings: readonly Listing[]
  readonly waiting: ReadonlySet<string>
  readonly current: string | undefined
  /** Something is looked for: it may be in here. */
  readonly open: boolean
}

/** What was put away, below everything else. */
export function ArchivedSessions({ listings, waiting, current, open }: ArchivedSessionsProps) {
  const list = useRef<HTMLUListElement>(null)
  const summary = useRef<HTMLElement>(null)
  if (listings.length === 0) return null
  const holdsCurrent = listings.some(({ session }) => session.id === current)
  return (
    <details className="archived" open={open || holdsCurrent} data-testid="archived">
      <summary ref={summary}>
        <ArchiveIcon size={15} />
        Archived
        <span className="archived-count">{listings.length}</span>
      </summary>
      <SessionList
        list={list}
        listings={listings}
        label="Archived sessions"
        waiting={waiting}
        current={current}
        leave={() => summary.current?.focus()}
      />
    </details>
  )
}
