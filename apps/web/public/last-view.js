// Puts back what was last on screen here, before any of the app's code is there; see src/features/last-view/keep-view.ts.
try {
  const view = JSON.parse(localStorage.getItem('strandline:view') ?? '{}')
  const last = localStorage.getItem('strandline:last')
  const page =
    location.pathname === '/' && last !== null ? `/s/${encodeURIComponent(last)}` : location.pathname
  // Another version may draw it in another way.
  const app = document.querySelector('script[type="module"]')?.getAttribute('src')
  const root = document.getElementById('root')
  if (root && view.page === page && view.app === app) root.innerHTML = view.html
} catch {
  // Storage is blocked: the page begins with its frame.
}
