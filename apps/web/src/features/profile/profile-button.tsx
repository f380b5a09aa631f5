import { useState } from 'react'
import { useReadable } from '../../sync/use-readable.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { PencilIcon } from '../../ui/icons.tsx'
import { nameOf, profile } from './profile.ts'
import { ProfileDialog } from './profile-dialog.tsx'

export function ProfileButton() {
  const me = useReadable(profile)
  const [open, setOpen] = useState(false)
  const name = nameOf(me)
  return (
    <>
      <button
        type="button"
        className="profile-button"
        title="Change your name"
        data-testid="profile-button"
        onClick={() => setOpen(true)}
      >
        <Avatar id={me.id} name={name} />
        <span className="profile-name" dir="auto">
          {name}
        </span>
        <span className="visually-hidden">, change your name</span>
        <PencilIcon size={15} />
      </button>
      {open && <ProfileDialog me={me} close={() => setOpen(false)} />}
    </>
  )
}
