import { exportFixture, type PendingWrite } from '@strandline/client'
import { useEffect, useState } from 'react'
import { useStreams } from '../../sync/streams-context.tsx'
import { surface } from '../../sync/surface.ts'
import { saveFile } from '../../ui/save-file.ts'

/** What only the page knows of a stream: who leads, what waits, what was set aside. And a way to take it along. */
export function StreamDetail({ url }: { readonly url: string }) {
  const streams = useStreams()
  const [seen, setSeen] = useState<{
    status: string
    outbox: readonly PendingWrite[]
    issues: readonly string[]
  }>()
  useEffect(() => {
    const handle = streams.open(url)
    const look = () => {
      const { state, leader, storage } = handle.status.get()
      const issues = streams.issues(url).map(({ reason, message }) => `${reason}: ${message}`)
      setSeen({
        status: `${state}, ${leader ? 'led here' : 'not led here'}, ${storage}`,
        outbox: handle.outbox.get(),
        issues,
      })
    }
    const stops = [handle.status.subscribe(look), handle.outbox.subscribe(look)]
    look()
    return () => {
      for (const stop of stops) stop()
      handle.close().catch(surface)
    }
  }, [streams, url])
  const take = async () => {
    const handle = streams.open(url)
    const text = await exportFixture(handle).finally(() => handle.close())
    const name = decodeURIComponent(new URL(url).pathname).split('/').at(-1) ?? 'stream'
    saveFile(new Blob([text], { type: 'application/json' }), `${name}.strand.json`)
  }
  return (
    <div className="inspector-detail">
      <p data-testid="inspector-status">{seen?.status ?? '…'}</p>
      {seen?.outbox.map(({ txid, state, attempts, error }) => (
        <p key={txid} className="inspector-entry" data-testid="inspector-entry">
          {state} · {txid.slice(0, 8)} · {attempts} tries{error && ` · ${error.code}: ${error.message}`}
        </p>
      ))}
      {seen?.issues.map((issue, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: issues only follow.
        <p key={index} className="inspector-issue">
          {issue}
        </p>
      ))}
      <button
        type="button"
        className="button button-text"
        data-testid="inspector-export"
        onClick={() => void take().catch(surface)}
      >
        Export as .strand.json
      </button>
    </div>
  )
}
