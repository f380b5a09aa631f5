import type { RefObject } from 'react'
import { CloseIcon } from './icons.tsx'

/** Ends the dialog that it stands in; Esc does the same. */
export function CloseDialog({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
      <CloseIcon />
    </button>
  )
}
