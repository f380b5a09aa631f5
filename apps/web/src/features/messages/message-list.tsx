import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import { DownIcon } from '../../ui/icons.tsx'
import { type AgentActions, Aside } from '../agent/aside.tsx'
import { DayRow } from './day-row.tsx'
import { dayLabel } from './days.ts'
import { MessageRow, type MessageRowProps } from './message-row.tsx'
import type { Row } from './rows.ts'
import { AT_END, useAtEnd } from './use-at-end.ts'
import { type PlaceAmong, placeAmong, usePlace } from './use-place.ts'
import { useRowSizes } from './use-row-sizes.ts'

/** Above the first row (px). */
const PADDING = 24

export interface MessageListProps extends Pick<MessageRowProps, 'me' | 'connection' | 'actions' | 'session'> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly agentActions: AgentActions
  /** The prompts that wait for their turn. */
  readonly queued: ReadonlySet<string>
  readonly writes: ReadonlyMap<string, NonNullable<MessageRowProps['write']>>
}

/** The messages of one session, newest last. Opens at the end, stays there while it is there. */
export function MessageList(props: MessageListProps) {
  const { label, rows, writes, me, connection, actions, session, agentActions, queued } = props
  const scroller = useRef<HTMLElement>(null)
  const [place] = useState(() => placeAmong(session, rows))
  const sizes = useRowSizes(rows, scroller)
  const list = useVirtualizer<HTMLElement, HTMLLIElement>({
    count: rows.length,
    getScrollElement: useCallback(() => scroller.current, []),
    ...sizes,
    initialRect: { width: 0, height: globalThis.innerHeight },
    initialOffset: () => offsetOf(place, sizes.estimateSize),
    overscan: 8,
    paddingStart: PADDING,
    paddingEnd: 16,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_END,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
  })
  const atEnd = useAtEnd(scroller, list.scrollToEnd, place === undefined)
  const unseen = useUnseen(rows.length, atEnd)
  usePlace({ session, rows, scroller, list, atEnd, place })
  useFollowOwn(rows, me, list.scrollToEnd)

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || (event.key !== 'Home' && event.key !== 'End')) return
    event.preventDefault()
    if (event.key === 'End') list.scrollToEnd()
    else list.scrollToOffset(0)
  }

  const first = list.getVirtualItemForOffset(list.scrollOffset ?? 0)?.index ?? 0
  const day = list.isScrolling && !atEnd ? dayBefore(rows, first) : undefined
  return (
    <div className="message-pane">
      <section
        ref={scroller}
        className="message-scroller"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller without a stop cannot be read by keyboard.
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <ol ref={list.containerRef} className="message-list" data-testid="message-list">
          {list.getVirtualItems().map(({ index, key }) => {
            const row = rows[index]
            return (
              row && (
                <li key={key} ref={list.measureElement} data-index={index} className="message-slot">
                  {row.kind === 'day' && <DayRow at={row.at} />}
                  {row.kind === 'aside' && <Aside entry={row.entry} me={me} actions={agentActions} />}
                  {row.kind === 'message' && (
                    <MessageRow
                      message={row.message}
                      opens={row.opens}
                      late={row.late}
                      write={writes.get(row.key)}
                      me={me}
                      connection={connection}
                      actions={actions}
                      session={session}
                      queued={queued.has(row.key)}
                    />
                  )}
                </li>
              )
            )
          })}
        </ol>
      </section>
      <p className="floating-day" data-shown={day !== undefined} aria-hidden="true">
        <span>{day === undefined ? '' : dayLabel(day, Date.now())}</span>
      </p>
      {!atEnd && (
        <button type="button" className="to-end" data-testid="to-end" onClick={() => list.scrollToEnd()}>
          <DownIcon size={16} />
          {unseen > 0 ? `${unseen} new ${unseen === 1 ? 'message' : 'messages'}` : 'Latest'}
        </button>
      )}
    </div>
  )
}

/** Where the list begins: the rows that will be seen are the first that are drawn. */
function offsetOf(place: PlaceAmong | undefined, sizeOf: (index: number) => number): number {
  if (!place) return Number.MAX_SAFE_INTEGER
  let offset = PADDING + place.past
  for (let index = 0; index < place.index; index += 1) offset += sizeOf(index)
  return offset
}

/** How many rows came in below since the end was last in sight. */
function useUnseen(count: number, atEnd: boolean): number {
  const [seen, setSeen] = useState(count)
  if (atEnd && seen !== count) setSeen(count)
  return atEnd ? 0 : Math.max(0, count - seen)
}

/** What one writes oneself is always brought into view. */
function useFollowOwn(rows: readonly Row[], me: string, scrollToEnd: () => void): void {
  const last = rows.at(-1)
  const own = last?.kind === 'message' && last.message.author === me ? last.key : undefined
  const before = useRef(own)
  useEffect(() => {
    if (own !== undefined && own !== before.current) scrollToEnd()
    before.current = own
  }, [own, scrollToEnd])
}

function dayBefore(rows: readonly Row[], index: number): number | undefined {
  for (let at = Math.min(index, rows.length - 1); at >= 0; at -= 1) {
    const row = rows[at]
    if (row?.kind === 'day') return row.at
  }
  return undefined
}
