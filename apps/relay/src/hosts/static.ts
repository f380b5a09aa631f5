import { readFile, stat } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'
import type { Answer, Exchange } from '../exchange.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

const SECURITY = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const

/** Vite puts a hash of the content into these names. */
const HASHED = /\/assets\/.+-[\w-]{8,}\.\w+$/

/**
 * Serves a built single-page app: files as they are, `index.html` for any other path without an extension.
 * Undefined when `exchange` is not for it.
 */
export function staticFiles(folder: string): (exchange: Exchange) => Promise<Answer | undefined> {
  const root = resolve(folder)
  return async (exchange) => {
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return undefined
    const name = decode(exchange.pathname)
    if (name === undefined || name.includes('\0')) return undefined
    const file = await find(root, name)
    return file && answerFile(exchange, file)
  }
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return undefined
  }
}

interface File {
  readonly path: string
  readonly etag: string
}

async function find(root: string, name: string): Promise<File | undefined> {
  const path = resolve(join(root, name))
  if (path !== root && !path.startsWith(root + sep)) return undefined
  const file = path === root ? undefined : await look(path)
  if (file || extname(path) !== '') return file
  return look(join(root, 'index.html'))
}

async function look(path: string): Promise<File | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  return { path, etag: `"${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}"` }
}

async function answerFile({ headers: asked, method }: Exchange, { etag, path }: File): Promise<Answer> {
  const headers = {
    ...SECURITY,
    'Cache-Control': HASHED.test(path.replaceAll(sep, '/'))
      ? 'public, max-age=31536000, immutable'
      : 'no-cache',
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    ETag: etag,
  }
  if (asked.get('If-None-Match') === etag) return { status: 304, headers, body: null }
  return { status: 200, headers, body: method === 'HEAD' ? null : await readFile(path) }
}
