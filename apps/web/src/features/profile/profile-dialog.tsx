import { type SubmitEvent, useEffect, useId, useRef, useState } from 'react'
import { Avatar } from '../../ui/avatar.tsx'
import { CloseDialog } from '../../ui/close-dialog.tsx'
import { cleanName, NAME_LIMIT, nameOf, type Profile, profile } from './profile.ts'
import './profile.css'

interface ProfileDialogProps {
  readonly me: Profile
  readonly close: () => void
}

/** Changes the name that others see on what is written from now on. */
export function ProfileDialog({ me, close }: ProfileDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [name, setName] = useState(nameOf(me))
  const title = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    input.current?.select()
  }, [])

  const keep = (event: SubmitEvent) => {
    event.preventDefault()
    const chosen = cleanName(name)
    profile.set({
      ...me,
      name: chosen === nameOf({ ...me, name: undefined }) ? undefined : chosen,
      met: true,
    })
    dialog.current?.close()
  }

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={title}
      onClose={close}
      data-testid="profile-dialog"
    >
      <form method="dialog" onSubmit={keep}>
        <header className="dialog-head">
          <h2 id={title}>What should others call you?</h2>
          <CloseDialog dialog={dialog} />
        </header>
        <div className="dialog-row">
          <Avatar id={me.id} name={cleanName(name) ?? nameOf({ ...me, name: undefined })} />
          <input
            ref={input}
            className="field"
            value={name}
            maxLength={NAME_LIMIT}
            aria-label="Your name"
            autoComplete="nickname"
            data-testid="profile-name"
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <p className="dialog-note">
          There is no account. The name stays in this browser and goes along with what you write.
        </p>
        <button type="submit" className="button button-primary" data-testid="profile-save">
          Save
        </button>
      </form>
    </dialog>
  )
}
