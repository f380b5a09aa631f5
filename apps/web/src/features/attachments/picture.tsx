import { useEffect, useRef, useState } from 'react'
import { CloseDialog } from '../../ui/close-dialog.tsx'
import { DownIcon } from '../../ui/icons.tsx'
import type { FileState } from './fetch-file.ts'
import { sizeText } from './formats.ts'
import { Progress, progressText, STUCK } from './progress.tsx'

interface PictureProps {
  readonly name: string
  readonly size: number
  readonly file: FileState
  readonly share: number | undefined
  readonly sending: boolean
  /** Set where the server has refused a piece of it: sends it again. */
  readonly retry: (() => void) | undefined
}

/** A picture in a frame of fixed height, so that nothing moves when it comes; a click shows it whole. */
export function Picture({ name, size, file, share, sending, retry }: PictureProps) {
  const [open, setOpen] = useState(false)
  const [broken, setBroken] = useState(false)
  const note = retry ? STUCK : share === undefined ? sizeText(size) : progressText(share, sending)
  return (
    <>
      <button
        type="button"
        className="picture"
        aria-label={`${name}, ${note}`}
        title={name}
        disabled={!retry && (file.state !== 'here' || broken)}
        data-testid="attachment"
        data-state={retry ? 'stuck' : sending ? 'sending' : broken ? 'broken' : file.state}
        onClick={retry ?? (() => setOpen(true))}
      >
        {file.state === 'here' && !broken && <img src={file.url} alt="" onError={() => setBroken(true)} />}
        {(file.state !== 'here' || share !== undefined || broken || retry) && (
          <span className="picture-note">{broken ? 'This is no picture' : `${name} · ${note}`}</span>
        )}
        {share !== undefined && <Progress share={share} label={`${name}: ${note}`} />}
      </button>
      {open && file.state === 'here' && <Whole name={name} url={file.url} close={() => setOpen(false)} />}
    </>
  )
}

function Whole({
  name,
  url,
  close,
}: {
  readonly name: string
  readonly url: string
  readonly close: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="whole" aria-label={name} onClose={close}>
      <header className="whole-head">
        <p dir="auto">{name}</p>
        <a className="icon-button" href={url} download={name} aria-label="Save" title="Save">
          <DownIcon />
        </a>
        <CloseDialog dialog={dialog} />
      </header>
      <img src={url} alt={name} />
    </dialog>
  )
}
