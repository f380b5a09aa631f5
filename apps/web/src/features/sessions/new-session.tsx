import type { Agent } from '@strandline/chat'
import { type KeyboardEvent, type SubmitEvent, useEffect, useRef, useState } from 'react'
import { CheckIcon } from '../../ui/icons.tsx'
import { TITLE_LIMIT, titleOf } from './title.ts'

export interface NewSessionProps {
  /** `agent`: who answers in it; undefined where people are among themselves. */
  readonly create: (title: string, agent: string | undefined) => void
  readonly cancel: () => void
  /** Those that serve this relay. */
  readonly agents: readonly Agent[]
}

/** Asks what a new session is about and who answers in it, in its place in the list. */
export function NewSession({ create, cancel, agents }: NewSessionProps) {
  const [title, setTitle] = useState('')
  const [agent, setAgent] = useState(agents[0]?.id ?? '')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    create(titleOf(title) ?? 'New session', agent === '' ? undefined : agent)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    cancel()
  }
  return (
    <form className="new-session" onSubmit={submit}>
      <div className="new-session-line">
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
      </div>
      {agents.length > 0 && (
        <label className="new-session-agent">
          <span>With</span>
          <select
            value={agent}
            data-testid="new-session-agent"
            onChange={(event) => setAgent(event.target.value)}
            onKeyDown={onKeyDown}
          >
            {agents.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            <option value="">people only</option>
          </select>
        </label>
      )}
    </form>
  )
}
