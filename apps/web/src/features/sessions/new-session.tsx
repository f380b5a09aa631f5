import { type KeyboardEvent, type SubmitEvent, useEffect, useRef, useState } from 'react'
import { CheckIcon } from '../../ui/icons.tsx'

const TITLE_LIMIT = 80

interface NewSessionProps {
  readonly create: (title: string) => void
  readonly cancel: () => void
}

/** Asks what a new session is about, in its place in the list. */
export function NewSession({ create, cancel }: NewSessionProps) {
  const [title, setTitle] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    create(titleOf(title))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    cancel()
  }
  return (
    <form className="new-session" onSubmit={submit}>
      <input
        ref={input}
        className="field"
        value={title}
        maxLength={TITLE_LIMIT}
        placeholder="What is it about?"
        aria-label="Title of the new session"
        autoComplete="off"
        data-testid="new-session-title"
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="icon-button" aria-label="Create" data-testid="new-session-create">
        <CheckIcon />
      </button>
    </form>
  )
}

function titleOf(typed: string): string {
  return typed.replace(/\s+/gu, ' ').trim().slice(0, TITLE_LIMIT) || 'New session'
}
