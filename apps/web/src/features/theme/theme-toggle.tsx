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
