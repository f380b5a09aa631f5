import { useState } from 'react'
import { useStreams } from '../../sync/streams-context.tsx'
import { useReadable } from '../../sync/use-readable.ts'
import { CloseIcon, GaugeIcon } from '../../ui/icons.tsx'
import { RequestsView } from './requests-view.tsx'
import { StreamsView } from './streams-view.tsx'
import { useDevice } from './use-device.ts'
import './inspector.css'

const VIEWS = ['streams', 'requests'] as const

/** What this page and this device hold and do, for those who build with it. */
export default function Inspector({ close }: { readonly close: () => void }) {
  const { wire } = useStreams()
  const cut = useReadable(wire.cut)
  const [view, setView] = useState<(typeof VIEWS)[number]>('streams')
  const device = useDevice()
  return (
    <aside className="inspector" aria-label="Inspector" data-testid="inspector">
      <header className="inspector-head">
        <GaugeIcon size={17} />
        <h2>Inspector</h2>
        <label className="inspector-cut">
          <input
            type="checkbox"
            checked={cut}
            data-testid="inspector-cut"
            onChange={({ target }) => wire.setCut(target.checked)}
          />
          Offline
        </label>
        <button type="button" className="icon-button" aria-label="Close the inspector" onClick={close}>
          <CloseIcon size={16} />
        </button>
      </header>
      <div className="inspector-views">
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            className="button button-text"
            aria-pressed={view === name}
            data-testid={`inspector-${name}`}
            onClick={() => setView(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which takes a stop for the keyboard. */}
      <section className="inspector-body" tabIndex={0} aria-label={view}>
        {view === 'streams' ? <StreamsView streams={device} /> : <RequestsView requests={wire.requests} />}
      </section>
    </aside>
  )
}
