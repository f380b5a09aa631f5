import { type KeyboardEvent, type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react'
import { PaneHead } from '../../ui/pane-head.tsx'
import type { Listing } from './listing.ts'
import { SessionMenu } from './session-menu.tsx'
import { TITLE_LIMIT } from './title.ts'
import type { SessionActions } from './use-session-actions.ts'

interface SessionHeadProps {
  readonly listing: Listing
  readonly note?: string | undefined
  readonly actions: SessionActions
  readonly openDrawer: () => void
  readonly children?: ReactNode
}

/** The head of an open session: its title, which can be changed in place, and what else can be done with it. */
export function SessionHead({ listing, note, actions, openDrawer, children }: SessionHeadProps) {
  const { session } = listing
  const [renaming, setRenaming] = useState(false)
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'F2' || document.querySelector('dialog[open]')) return
      event.preventDefault()
      setRenaming(true)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
  return (
    <PaneHead
      title={session.title}
      note={note}
      openDrawer={openDrawer}
      field={
        renaming && (
          <TitleField
            title={session.title}
            rename={(title) => actions.rename(listing, title)}
            close={() => setRenaming(false)}
          />
        )
      }
    >
      {children}
      <SessionMenu listing={listing} rename={() => setRenaming(true)} actions={actions} />
    </PaneHead>
  )
}

interface TitleFieldProps {
  readonly title: string
  readonly rename: (title: string) => void
  readonly close: () => void
}

function TitleField({ title, rename, close }: TitleFieldProps) {
  const [typed, setTyped] = useState(title)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    rename(typed)
    close()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }
  return (
    <form className="rename" onSubmit={submit}>
      <input
        ref={input}
        className="field"
        value={typed}
        maxLength={TITLE_LIMIT}
        aria-label="Title of the session"
        autoComplete="off"
        data-testid="rename-title"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          rename(typed)
          close()
        }}
      />
    </form>
  )
}
