import { useId, useRef } from 'react'
import { ArchiveIcon, CloseIcon, LinkIcon, MoreIcon, PencilIcon } from '../../ui/icons.tsx'
import type { Listing } from './listing.ts'
import type { SessionActions } from './use-session-actions.ts'
import './session-menu.css'

interface SessionMenuProps {
  readonly listing: Listing
  readonly rename: () => void
  readonly actions: SessionActions
}

/** What can be done with a session. The browser's own popover: light dismissal and Esc come with it. */
export function SessionMenu({ listing, rename, actions }: SessionMenuProps) {
  const { session, shared } = listing
  const menu = useRef<HTMLDivElement>(null)
  const id = useId()
  const archived = session.archived === true
  const choose = (act: () => void) => () => {
    menu.current?.hidePopover()
    act()
  }
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label="What to do with this session"
        title="More"
        popoverTarget={id}
        data-testid="session-menu"
      >
        <MoreIcon />
      </button>
      <div ref={menu} id={id} popover="auto" className="menu">
        <button type="button" className="menu-item" data-testid="session-rename" onClick={choose(rename)}>
          <PencilIcon size={16} />
          Rename
          <kbd>F2</kbd>
        </button>
        {navigator.clipboard && (
          <button
            type="button"
            className="menu-item"
            onClick={choose(() => void navigator.clipboard.writeText(location.href).catch(() => undefined))}
          >
            <LinkIcon size={16} />
            Copy its address
          </button>
        )}
        <button
          type="button"
          className="menu-item"
          data-testid="session-archive"
          onClick={choose(() => actions.archive(listing, !archived))}
        >
          <ArchiveIcon size={16} />
          {archived ? 'Take out of the archive' : 'Archive'}
        </button>
        {!shared && (
          <button
            type="button"
            className="menu-item"
            data-testid="session-forget"
            onClick={choose(() => actions.forget(listing))}
          >
            <CloseIcon size={16} />
            Take off this list
          </button>
        )}
      </div>
    </>
  )
}
