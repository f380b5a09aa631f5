import type { KeyboardEvent, RefObject } from 'react'
import { SearchIcon } from '../../ui/icons.tsx'

interface SessionSearchProps {
  readonly query: string
  readonly change: (query: string) => void
  readonly input: RefObject<HTMLInputElement | null>
  /** Arrow down: on into the list. */
  readonly enterList: () => void
  /** Enter: opens what was found first. */
  readonly open: () => void
  /** Esc with nothing typed. */
  readonly leave: () => void
}

const shortcut = /mac|iphone|ipad/iu.test(globalThis.navigator?.platform ?? '') ? '⌘K' : 'Ctrl K'

export function SessionSearch({ query, change, input, enterList, open, leave }: SessionSearchProps) {
  const clear = () => (query === '' ? leave() : change(''))
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: enterList,
    Enter: open,
    Escape: clear,
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const act = event.nativeEvent.isComposing ? undefined : keys[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  return (
    <search className="session-search">
      <SearchIcon size={16} />
      <input
        ref={input}
        className="field"
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        value={query}
        placeholder="Find a session"
        aria-label="Find a session"
        aria-keyshortcuts="Control+K Meta+K /"
        data-testid="session-search"
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {query === '' && (
        <span className="session-search-keys" aria-hidden="true">
          {shortcut}
        </span>
      )}
    </search>
  )
}
