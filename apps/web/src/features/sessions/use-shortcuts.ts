import { useEffect, useRef } from 'react'

export interface Shortcuts {
  /** Ctrl+K, Cmd+K, and / outside of text fields. */
  find(): void
  /** Esc, where nothing nearer took it. */
  leave(): void
  /** Alt with an arrow: the next or the previous session. */
  step(by: 1 | -1): void
}

export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const act = event.defaultPrevented || event.isComposing ? undefined : shortcutOf(event)
      if (!act || document.querySelector('dialog[open]')) return
      event.preventDefault()
      act(latest.current)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

function shortcutOf(event: KeyboardEvent): ((shortcuts: Shortcuts) => void) | undefined {
  const { key, altKey, ctrlKey, metaKey, target } = event
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return ({ find }) => find()
  if (ctrlKey || metaKey) return undefined
  if (altKey && key === 'ArrowDown') return ({ step }) => step(1)
  if (altKey && key === 'ArrowUp') return ({ step }) => step(-1)
  if (key === '/' && !altKey && !isEditable(target)) return ({ find }) => find()
  if (key === 'Escape') return ({ leave }) => leave()
  return undefined
}

function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/u.test(target.tagName))
  )
}
