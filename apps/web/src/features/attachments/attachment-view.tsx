import { type Attachment, chunksOf } from '@strandline/chat'
import { useEffect, useRef, useState } from 'react'
import { attachmentUrl } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { surface } from '../../sync/surface.ts'
import { useReadable } from '../../sync/use-readable.ts'
import { FileIcon } from '../../ui/icons.tsx'
import { blobOf, type FileState, fetchFile } from './fetch-file.ts'
import { isPicture, safeType, sizeText } from './formats.ts'
import { Picture } from './picture.tsx'
import { Progress, progressText, STUCK } from './progress.tsx'
import './attachments.css'

interface AttachmentViewProps {
  readonly session: string
  readonly attachment: Attachment
}

/** A file that came with a message: a picture is shown, anything else can be saved. Untrusted either way. */
export function AttachmentView({ session, attachment }: AttachmentViewProps) {
  const { id, name, mime, size } = attachment
  const url = attachmentUrl(session, id)
  const picture = isPicture(mime)
  const [asked, setAsked] = useState(picture)
  const file = useFile(attachment, url, asked)
  const { sending, stuck } = useUnsent(url, size)
  const streams = useStreams()
  const retry = stuck ? () => void streams.retry(url).catch(surface) : undefined
  useSaveWhenHere(file, asked && !picture, name, () => setAsked(false))
  const share = sending ?? (file.state === 'loading' && asked ? file.share : undefined)

  if (picture)
    return (
      <Picture
        name={name}
        size={size}
        file={file}
        share={share}
        sending={sending !== undefined}
        retry={retry}
      />
    )
  return (
    <button
      type="button"
      className="file"
      data-testid="attachment"
      data-state={stuck ? 'stuck' : sending === undefined ? file.state : 'sending'}
      onClick={retry ?? (() => setAsked(true))}
    >
      <FileIcon size={20} />
      <span className="file-name" dir="auto">
        {name}
      </span>
      <span className="file-note">
        {stuck ? STUCK : share === undefined ? sizeText(size) : progressText(share, sending !== undefined)}
      </span>
      {!stuck && <span className="visually-hidden">, save</span>}
      {share !== undefined && (
        <Progress share={share} label={`${name}: ${progressText(share, sending !== undefined)}`} />
      )}
    </button>
  )
}

function useFile({ size, mime }: Attachment, url: string, asked: boolean): FileState {
  const streams = useStreams()
  const [file, setFile] = useState<FileState>(() => hereOr(url))
  useEffect(() => {
    const at = hereOr(url)
    setFile(at)
    if (!asked || at.state === 'here') return
    const life = new AbortController()
    const tell = (state: FileState) => {
      if (!life.signal.aborted) setFile(state)
    }
    fetchFile(() => streams.open(url), { size, url, type: safeType(mime) }, tell, life.signal).catch(surface)
    return () => life.abort()
  }, [streams, url, size, mime, asked])
  return file
}

function hereOr(url: string): FileState {
  const blob = blobOf(url)
  return blob === undefined ? { state: 'idle' } : { state: 'here', url: blob }
}

/** The share that the relay has acknowledged while this device still has pieces to send, and whether it refused one. */
function useUnsent(url: string, size: number) {
  const streams = useStreams()
  const { waiting, stuck } = useReadable(streams.unsent).get(url) ?? { waiting: 0, stuck: 0 }
  const sending = waiting === 0 ? undefined : 1 - Math.min(1, (waiting + stuck) / chunksOf(size))
  return { sending, stuck: stuck > 0 }
}

function useSaveWhenHere(file: FileState, wanted: boolean, name: string, done: () => void): void {
  const latest = useRef(done)
  useEffect(() => {
    latest.current = done
  })
  useEffect(() => {
    if (!wanted || file.state !== 'here') return
    const link = document.createElement('a')
    link.href = file.url
    link.download = name
    link.click()
    latest.current()
  }, [file, wanted, name])
}
