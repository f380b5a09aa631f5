export interface Segment {
  readonly text: string
  /** Set for a link; `http:` or `https:` only. */
  readonly href?: string
}

/** What is longer is no address that a person wants to open. */
const LONGEST = 2048
const CANDIDATE = /\bhttps?:\/\/[^\s\p{Cc}<>"'`]+/giu
const TRAILING = /[.,;:!?*_~…。，、！？；：]$/u
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '）': '（', '」': '「' }
const BRACKETS = new Set(Object.entries(CLOSING).flat())

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
  const signs = countSigns(address)
  let end = address.length
  while (end > 0) {
    const last = address[end - 1] ?? ''
    const opening = CLOSING[last]
    const closed = signs.get(last) ?? 0
    const own = opening === undefined ? !TRAILING.test(last) : (signs.get(opening) ?? 0) >= closed
    if (own) break
    if (opening !== undefined) signs.set(last, closed - 1)
    end -= 1
  }
  return address.slice(0, end)
}

function countSigns(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const sign of text) if (BRACKETS.has(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  return counts
}

/** The address where it is one of the web; what runs, reads or opens anything else is none. */
export function safeHref(address: string): string | undefined {
  if (address.length > LONGEST || !URL.canParse(address)) return undefined
  const { protocol, host, href } = new URL(address)
  return (protocol === 'http:' || protocol === 'https:') && host !== '' ? href : undefined
}
