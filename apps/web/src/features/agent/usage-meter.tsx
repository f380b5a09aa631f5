import type { Usage } from '@strandline/chat'

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
const full = new Intl.NumberFormat()

/** How full the engine's context is, and what the session has used. */
export function UsageMeter({ usage }: { readonly usage: Usage | undefined }) {
  if (!usage) return null
  const { context, budget, total } = usage
  const share = context !== undefined && budget ? Math.min(1, context / budget) : undefined
  const words =
    share === undefined
      ? `${full.format(total)} tokens in this session`
      : `Context ${Math.round(share * 100)}% full: ${full.format(context ?? 0)} of ${full.format(budget ?? 0)} tokens. ${full.format(total)} in this session`
  return (
    <span className="usage" title={words} data-testid="usage" data-full={share !== undefined && share > 0.8}>
      {share !== undefined && (
        <svg width="16" height="16" viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="10" r="7.5" className="usage-track" />
          <circle
            cx="10"
            cy="10"
            r="7.5"
            pathLength="100"
            strokeDasharray={`${share * 100} 100`}
            className="usage-arc"
          />
        </svg>
      )}
      <span className="usage-total" aria-hidden="true">
        {compact.format(total)}
      </span>
      <span className="visually-hidden">{words}</span>
    </span>
  )
}
