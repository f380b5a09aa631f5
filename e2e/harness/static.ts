import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** Serves a file of a built page; a path without an extension is the page itself. */
export async function serveFile(folder: string, pathname: string, response: ServerResponse): Promise<number> {
  const wanted = extname(pathname) === '' ? '/index.html' : decodeURIComponent(pathname)
  const path = normalize(join(folder, wanted))
  const found =
    path.startsWith(normalize(folder) + sep) && (await stat(path).catch(() => undefined))?.isFile()
  if (!found) {
    response.writeHead(404).end()
    return 404
  }
  response.writeHead(200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
  })
  await pipeline(createReadStream(path), response).catch(() => {})
  return 200
}
