import { type KeyboardEvent, type Ref, type SubmitEvent, useId, useImperativeHandle, useRef } from 'react'
import { AlertIcon, SendIcon, StopIcon } from '../../ui/icons.tsx'
import { ChosenFiles } from '../attachments/chosen-files.tsx'
import { AttachButton } from './attach-button.tsx'
import { type Send, useDraft } from './use-draft.ts'
import { useFileDrop } from './use-file-drop.ts'
import { useGrow } from './use-grow.ts'

export interface ComposerHandle {
  focus(): void
  /** Puts a text and files before what is there and takes the focus. */
  take(text: string, files?: readonly File[]): void
}

export interface ComposerProps {
  readonly session: string
  readonly title: string
  readonly send: Send
  /** Set while an answer is given: stops it, and what waits behind it. Sending goes on meanwhile. */
  readonly stop?: (() => void) | undefined
  /** Messages that wait for the answer before theirs. */
  readonly queued?: number
  /** Set where nothing can be written: says why. */
  readonly closed?: string | undefined
  readonly ref?: Ref<ComposerHandle>
}

/** Where one writes. Enter sends, Shift+Enter breaks the line; what could not be kept comes back. */
export function Composer({ session, title, send, stop, queued = 0, closed, ref }: ComposerProps) {
  const input = useRef<HTMLTextAreaElement>(null)
  const { text, setText, type, fits, files, attach, remove, problem, submit } = useDraft(session, send)
  const drop = useFileDrop(attach, closed === undefined)
  const hint = useId()
  useGrow(input, text)
  useImperativeHandle(ref, () => ({
    focus: () => input.current?.focus(),
    take(given, more = []) {
      setText((now) => (now.trim() === '' ? given : given === '' ? now : `${given}\n${now}`))
      if (more.length > 0) attach(more)
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
    <form className="composer" onSubmit={onSubmit} {...drop.on}>
      {problem && (
        <p className="composer-problem" role="alert" data-testid="composer-problem">
          <AlertIcon size={16} />
          {problem}
        </p>
      )}
      <div className="composer-box" data-closed={closed !== undefined} data-drop={drop.over}>
        <ChosenFiles files={files} remove={remove} />
        <div className="composer-line">
          <AttachButton attach={attach} disabled={closed !== undefined} />
          <textarea
            ref={input}
            rows={1}
            dir="auto"
            value={text}
            disabled={closed !== undefined}
            placeholder={closed ?? `Message ${title}`}
            aria-label={`Message ${title}`}
            aria-describedby={closed === undefined ? hint : undefined}
            data-testid="composer-input"
            onChange={(event) => type(event.target.value)}
            onPaste={(event) => {
              const pasted = [...(event.clipboardData.files ?? [])]
              if (pasted.length > 0) attach(pasted)
              if (pasted.length > 0 || !fits(event.clipboardData.getData('text'))) event.preventDefault()
            }}
            onKeyDown={onKeyDown}
          />
          {stop && (
            <button
              type="button"
              className="composer-stop"
              aria-label="Stop the answer"
              title="Stop the answer"
              data-testid="composer-stop"
              onClick={stop}
            >
              <StopIcon size={20} />
            </button>
          )}
          <button
            type="submit"
            className="composer-send"
            aria-label="Send"
            title="Send"
            data-testid="composer-send"
            disabled={closed !== undefined || (text.trim() === '' && files.length === 0)}
          >
            <SendIcon />
          </button>
        </div>
      </div>
      {closed === undefined && (
        <p id={hint} className="composer-hint" data-queued={queued > 0}>
          {queued > 0 ? (
            <span data-testid="queued">
              {queued === 1 ? '1 message waits' : `${queued} messages wait`} for an answer
            </span>
          ) : (
            <>
              <kbd>Enter</kbd> sends · <kbd>Shift</kbd> <kbd>Enter</kbd> breaks the line
            </>
          )}
        </p>
      )}
    </form>
  )
}
