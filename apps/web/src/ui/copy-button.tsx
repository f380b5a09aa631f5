import { useEffect, useState } from 'react'
import { CheckIcon, CopyIcon } from './icons.tsx'

interface CopyButtonProps {
  readonly text: string
  readonly label: string
}

/** How long the button says that it worked (ms). */
const SAID = 1_600

/** Copies a text and says so; nothing where the browser has no clipboard for this page. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), SAID)
    return () => clearTimeout(timer)
  }, [state])
  const { clipboard } = globalThis.navigator
  if (!clipboard) return null
  const copy = () => {
    clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('failed'),
    )
  }
  const said = state === 'copied' ? 'Copied' : state === 'failed' ? 'Not allowed' : undefined
  return (
    <button
      type="button"
      className="copy-button"
      aria-label={label}
      title={label}
      data-state={state}
      onClick={copy}
    >
      {state === 'copied' ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
      <span role="status">{said}</span>
    </button>
  )
}
