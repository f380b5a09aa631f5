// Runs before the first paint, so that a chosen theme does not flash; see src/features/theme/theme.ts.
try {
  const theme = localStorage.getItem('strandline:theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is blocked: the system's choice stands.
}
