export interface Segment {
  readonly text: string
  /** Set for a link; `http:` or `https:` only. */
  readonly href?: string
}

const CANDIDATE = /\bhttps?:\/\/[^\s\p{Cc}<>"'`]+/giu
const TRAILING = /[.,;:!?*_~…。，、！？；：]$/u
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '）': '（', '」': '「' }

/** Cuts a text into plain parts and links; joined, the parts are the text again. */
export function splitLinks(text: string): Segment[] {
  const segments: Segment[] = []
  let from = 0
  for (const match of text.matchAll(CANDIDATE)) {
    const address = withoutTail(match[0])
    const href = safeHref(address)
    if (!href) continue
    if (match.index > from) segments.push({ text: text.slice(from, match.index) })
    segments.push({ text: address, href })
    from = match.index + address.length
  }
  if (from < text.length) segments.push({ text: text.slice(from) })
  return segments
}

/** A sentence's own punctuation after an address is not part of it, a bracket that it opened itself is. */
function withoutTail(address: string): string {
  let end = address.length
  while (end > 0) {
    const last = address[end - 1] ?? ''
    const opening = CLOSING[last]
    if (
      opening === undefined ? !TRAILING.test(last) : count(address, opening, end) >= count(address, last, end)
    )
      break
    end -= 1
  }
  return address.slice(0, end)
}

function count(text: string, sign: string, end: number): number {
  let found = 0
  for (let index = 0; index < end; index += 1) if (text[index] === sign) found += 1
  return found
}

function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, host, href } = new URL(address)
  return (protocol === 'http:' || protocol === 'https:') && host !== '' ? href : undefined
}
