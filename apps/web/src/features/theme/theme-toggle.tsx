import { useLayoutEffect } from 'react'
import { useReadable } from '../../sync/use-readable.ts'
import { MoonIcon, SunIcon, SystemIcon } from '../../ui/icons.tsx'
import { nextTheme, type Theme, theme } from './theme.ts'

const LOOKS = {
  system: { Icon: SystemIcon, label: 'Theme: as the system' },
  light: { Icon: SunIcon, label: 'Theme: light' },
  dark: { Icon: MoonIcon, label: 'Theme: dark' },
} satisfies Record<Theme, unknown>

export function ThemeToggle() {
  const chosen = useReadable(theme)
  const { Icon, label } = LOOKS[chosen]
  useLayoutEffect(() => {
    if (chosen === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = chosen
    colourFrame()
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', colourFrame)
    return () => system.removeEventListener('change', colourFrame)
  }, [chosen])
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      data-testid="theme-toggle"
      onClick={() => theme.set(nextTheme(chosen))}
    >
      <Icon />
    </button>
  )
}

/** The browser's own frame, on phones, takes the colour of the page. */
function colourFrame(): void {
  const { backgroundColor } = getComputedStyle(document.documentElement)
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    meta.content = backgroundColor
}
