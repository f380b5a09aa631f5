import { sizeText } from '../attachments/formats.ts'
import type { StreamFacts } from './device.ts'
import { StreamDetail } from './stream-detail.tsx'

const number = new Intl.NumberFormat()

/** Every stream that this device holds, with what it knows of each. */
export function StreamsView({ streams }: { readonly streams: readonly StreamFacts[] }) {
  if (streams.length === 0) return <p className="inspector-note">Nothing is on this device.</p>
  return streams.map((facts) => (
    <details key={facts.url} className="inspector-stream" data-testid="inspector-stream">
      <summary>
        <span className="inspector-path">{pathOf(facts.url)}</span>
        <span className="inspector-sum">
          {number.format(facts.items)} items · {sizeText(facts.bytes)}
          {facts.entries > 0 && ` · ${facts.entries} to send`}
        </span>
      </summary>
      <dl className="inspector-facts">
        <Fact name="offset" value={facts.head} />
        <Fact name="segments" value={number.format(facts.segments)} />
        <Fact name="incarnation" value={facts.incarnation ?? 'none'} />
        <Fact name="life" value={`${facts.life}${facts.synced ? '' : ', never synced'}`} />
        {facts.claim && (
          <Fact
            name="claims"
            value={`${facts.claim.producer.slice(0, 8)} epoch ${facts.claim.epoch} seq ${facts.claim.seq}, ${facts.claim.entries} under way`}
          />
        )}
      </dl>
      <StreamDetail url={facts.url} />
    </details>
  ))
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

function pathOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.replace('/v1/stream/', ''))
}
