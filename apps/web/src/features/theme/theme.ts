import { kept } from '../../sync/kept.ts'

export type Theme = 'system' | 'light' | 'dark'

/** The key is read by `public/theme.js` too, before anything is drawn. */
export const theme = kept<Theme>(
  'strandline:theme',
  (stored) => (stored === 'light' || stored === 'dark' ? stored : 'system'),
  (value) => (value === 'system' ? null : value),
)

export function nextTheme(now: Theme): Theme {
  return now === 'system' ? 'light' : now === 'light' ? 'dark' : 'system'
}
