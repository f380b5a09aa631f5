export type Route = { readonly page: 'home' } | { readonly page: 'session'; readonly id: string }

const SESSION = /^\/s\/([^/]+)\/?$/u

export function routeOf(path: string): Route {
  const encoded = SESSION.exec(path)?.[1]
  if (encoded === undefined) return { page: 'home' }
  try {
    return { page: 'session', id: decodeURIComponent(encoded) }
  } catch {
    return { page: 'home' }
  }
}

export function sessionPath(id: string): string {
  return `/s/${encodeURIComponent(id)}`
}
