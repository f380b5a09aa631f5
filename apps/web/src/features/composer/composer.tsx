import { type KeyboardEvent, type Ref, type SubmitEvent, useId, useImperativeHandle, useRef } from 'react'
import { AlertIcon, SendIcon } from '../../ui/icons.tsx'
import { useDraft } from './use-draft.ts'
import { useGrow } from './use-grow.ts'

export interface ComposerHandle {
  focus(): void
  /** Puts a text before what is there and takes the focus. */
  take(text: string): void
}

export interface ComposerProps {
  readonly session: string
  readonly title: string
  /** Resolves when the message is kept on this device; rejects with what to tell the writer. */
  readonly send: (text: string) => Promise<void>
  /** Set where nothing can be written: says why. */
  readonly closed?: string | undefined
  readonly ref?: Ref<ComposerHandle>
}

/** Where one writes. Enter sends, Shift+Enter breaks the line; what could not be kept comes back. */
export function Composer({ session, title, send, closed, ref }: ComposerProps) {
  const input = useRef<HTMLTextAreaElement>(null)
  const { text, setText, type, fits, problem, submit } = useDraft(session, send)
  const hint = useId()
  useGrow(input, text)
  useImperativeHandle(ref, () => ({
    focus: () => input.current?.focus(),
    take(given) {
      setText((now) => (now.trim() === '' ? given : `${given}\n${now}`))
      input.current?.focus()
    },
  }))

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const plain = event.key === 'Enter' && !event.shiftKey && !event.altKey
    if (!plain || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit()
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    submit()
    input.current?.focus()
  }

  return (
    <form className="composer" onSubmit={onSubmit}>
      {problem && (
        <p className="composer-problem" role="alert" data-testid="composer-problem">
          <AlertIcon size={16} />
          {problem}
        </p>
      )}
      <div className="composer-box" data-closed={closed !== undefined}>
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          value={text}
          disabled={closed !== undefined}
          placeholder={closed ?? `Message ${title}`}
          aria-label={`Message ${title}`}
          aria-describedby={hint}
          data-testid="composer-input"
          onChange={(event) => type(event.target.value)}
          onPaste={(event) => {
            if (!fits(event.clipboardData.getData('text'))) event.preventDefault()
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="submit"
          className="composer-send"
          aria-label="Send"
          title="Send"
          data-testid="composer-send"
          disabled={closed !== undefined || text.trim() === ''}
        >
          <SendIcon />
        </button>
      </div>
      <p id={hint} className="composer-hint">
        <kbd>Enter</kbd> sends · <kbd>Shift</kbd> <kbd>Enter</kbd> breaks the line
      </p>
    </form>
  )
}
