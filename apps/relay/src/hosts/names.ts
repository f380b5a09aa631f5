import type { HeaderView } from '../exchange.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** Whether `name` can only mean the machine it is used on. */
export function isLoopback(name: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(name)
}

/**
 * The refusal for a request that a page of another site had a browser send: its `Host` or its `Origin` is
 * neither this machine nor one of `names`. A site can point a name of its own at this machine, but it cannot
 * choose what the browser says of it; a request without the two comes from no page.
 */
export function refuseStranger(headers: HeaderView, names: ReadonlySet<string>): Refusal | undefined {
  const isKnown = (name: string | undefined) => name !== undefined && (isLoopback(name) || names.has(name))
  const host = headers.get('Host')
  if (host !== null && !isKnown(nameOf(`http://${host}`))) return stranger('Host', host)
  const origin = headers.get('Origin')
  if (origin !== null && !isKnown(nameOf(origin))) return stranger('Origin', origin)
  return undefined
}

function nameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined
}

function stranger(header: string, value: string): Refusal {
  const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value
  return refuse(
    'host-not-allowed',
    `${header} ${JSON.stringify(shown)} is not one this relay is open to (ALLOW_HOST)`,
  )
}
