import type { Offset } from './offset.ts'

/** The body of an SSE `control` event (PROTOCOL, 5.8). It closes what the `data` events before it opened. */
export interface SseControl {
  readonly streamNextOffset: Offset
  /** Absent once the stream is closed. */
  readonly streamCursor?: string
  readonly upToDate?: boolean
  readonly streamClosed?: boolean
}

export const SSE_DATA_EVENT = 'data'
export const SSE_CONTROL_EVENT = 'control'

/** The control event in `text`, or undefined when it is not one (garbage from a proxy, a cut frame). */
export function parseControl(text: string): SseControl | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { streamNextOffset, streamCursor, upToDate, streamClosed } = value as Record<string, unknown>
  if (typeof streamNextOffset !== 'string' || streamNextOffset === '') return undefined
  return {
    streamNextOffset,
    ...(typeof streamCursor === 'string' && { streamCursor }),
    ...(upToDate === true && { upToDate }),
    ...(streamClosed === true && { streamClosed }),
  }
}
