import { useState } from 'react'
import { useReadable } from '../../sync/use-readable.ts'
import { nameOf, profile } from './profile.ts'
import { ProfileDialog } from './profile-dialog.tsx'

/** Tells a newcomer what others call them, in passing. */
export function FirstRun() {
  const me = useReadable(profile)
  const [open, setOpen] = useState(false)
  if (me.met) return null
  return (
    <aside className="first-run" data-testid="first-run" aria-label="Your name">
      <p>
        You write as <strong dir="auto">{nameOf(me)}</strong>.
      </p>
      <button type="button" className="button button-text" onClick={() => setOpen(true)}>
        Change
      </button>
      <button type="button" className="button button-text" onClick={() => profile.set({ ...me, met: true })}>
        Keep it
      </button>
      {open && <ProfileDialog me={me} close={() => setOpen(false)} />}
    </aside>
  )
}
