import { CloseIcon, FileIcon } from '../../ui/icons.tsx'
import { sizeText } from './formats.ts'

interface ChosenFilesProps {
  readonly files: readonly File[]
  readonly remove: (file: File) => void
}

/** What will go along with the message. */
export function ChosenFiles({ files, remove }: ChosenFilesProps) {
  if (files.length === 0) return null
  return (
    <ul className="chosen" aria-label="Attachments">
      {files.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one file can be chosen twice.
        <li key={index} className="chosen-file" data-testid="chosen-file">
          <FileIcon size={16} />
          <span className="file-name" dir="auto">
            {file.name}
          </span>
          <span className="file-note">{sizeText(file.size)}</span>
          <button
            type="button"
            className="chosen-remove"
            aria-label={`Remove ${file.name}`}
            onClick={() => remove(file)}
          >
            <CloseIcon size={13} />
          </button>
        </li>
      ))}
    </ul>
  )
}
