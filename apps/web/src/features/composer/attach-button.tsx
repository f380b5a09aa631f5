import { useRef } from 'react'
import { ClipIcon } from '../../ui/icons.tsx'

interface AttachButtonProps {
  readonly attach: (files: readonly File[]) => void
  readonly disabled: boolean
}

export function AttachButton({ attach, disabled }: AttachButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button
        type="button"
        className="icon-button composer-attach"
        aria-label="Attach files"
        title="Attach files"
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        <ClipIcon />
      </button>
      <input
        ref={input}
        type="file"
        multiple={true}
        hidden={true}
        data-testid="attach-input"
        onChange={({ target }) => {
          attach([...(target.files ?? [])])
          target.value = ''
        }}
      />
    </>
  )
}
