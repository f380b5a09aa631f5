import type { ReactNode } from 'react'
import { MenuIcon } from './icons.tsx'

interface PaneHeadProps {
  readonly title: string
  readonly note?: string | undefined
  /** Stands in for the title while it is changed. */
  readonly field?: ReactNode
  readonly openDrawer: () => void
  readonly children?: ReactNode
}

export function PaneHead({ title, note, field, openDrawer, children }: PaneHeadProps) {
  return (
    <header className="pane-head">
      <button
        type="button"
        className="icon-button drawer-open"
        aria-label="Sessions"
        data-testid="drawer-open"
        onClick={openDrawer}
      >
        <MenuIcon />
      </button>
      {field && <h1 className="visually-hidden">{title}</h1>}
      {field || (
        <div className="pane-title">
          <h1 dir="auto">{title}</h1>
          {note && <p>{note}</p>}
        </div>
      )}
      {children}
    </header>
  )
}
