/** The tab's title: what is shown, and how much came in while nobody looked. */
let shown = ''
let unread = 0

export function showTitle(title: string): void {
  shown = title
  draw()
}

/** Counts news in a hidden tab; the count goes when someone looks. */
export function countUnread(news: number): void {
  if (!document.hidden) return
  unread += news
  draw()
}

/** Runs while the app does. */
export function watchTitle(): () => void {
  const clear = () => {
    if (document.hidden) return
    unread = 0
    draw()
  }
  document.addEventListener('visibilitychange', clear)
  return () => document.removeEventListener('visibilitychange', clear)
}

function draw(): void {
  const name = shown === '' ? 'Strandline' : `${shown} · Strandline`
  document.title = unread > 0 ? `(${unread}) ${name}` : name
}
