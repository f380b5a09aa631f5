import { type Create, type ForkPoint, type Known, refused, type Verdict } from './command.ts'
import { isOver, presence, sameLifetime, touched } from './lifetime.ts'
import { mediaType } from './payload.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Origin, Segment, StreamState } from './state.ts'

export const DEFAULT_CONTENT_TYPE = 'application/octet-stream'

export function decideCreate(known: Known, command: Create): Verdict {
  const { target } = known
  switch (presence(target, command.now)) {
    case 'gone':
      return refused(refuse('already-exists', 'a deleted stream that forks still read holds this path'))
    case 'here':
      if (target) return decideExisting(target, command)
      break
    case 'missing':
      break
  }
  if (command.malformed) return refused(command.malformed)
  return command.fork ? decideFork(known.source, command, command.fork) : accept(command)
}

function decideExisting(target: StreamState, command: Create): Verdict {
  if (!sameConfiguration(target, command)) {
    return refused(refuse('already-exists', 'a stream with another configuration is at this path'), target)
  }
  return { ok: true, outcome: 'exists', state: target }
}

function sameConfiguration(target: StreamState, command: Create): boolean {
  const { closed, contentType, fork, lifetime } = command
  const origin = target.origin
  if (closed !== (target.closure !== undefined)) return false
  if (fork === undefined) {
    const type = mediaType(contentType ?? DEFAULT_CONTENT_TYPE)
    return (
      origin === undefined &&
      type === mediaType(target.contentType) &&
      sameLifetime(lifetime, target.lifetime)
    )
  }
  return (
    origin?.path === fork.path &&
    (fork.anchor === undefined || fork.anchor === origin.anchor) &&
    fork.sub === origin.sub &&
    (contentType === undefined || mediaType(contentType) === mediaType(target.contentType)) &&
    (lifetime.kind === 'forever' || sameLifetime(lifetime, target.lifetime))
  )
}

function decideFork(source: StreamState | undefined, command: Create, fork: ForkPoint): Verdict {
  const fault = sourceFault(source, command, fork)
  if (fault || !source) return refused(fault ?? refuse('not-found', 'there is no stream to fork from'))
  const anchor = fork.anchor ?? fork.cut
  const origin: Origin = {
    path: fork.path,
    incarnation: source.incarnation,
    anchor,
    sub: fork.sub,
    cut: fork.cut,
  }
  const lifetime =
    command.lifetime.kind === 'forever' ? touched(source.lifetime, command.now) : command.lifetime
  const contentType = command.contentType ?? source.contentType
  return accept(
    { ...command, contentType, lifetime },
    { origin, inherited: inheritedUntil(source, fork.cut), source: { ...source, forks: source.forks + 1 } },
  )
}

function sourceFault(
  source: StreamState | undefined,
  { contentType, now }: Create,
  { cut, incarnation }: ForkPoint,
): Refusal | undefined {
  if (source === undefined) return refuse('not-found', 'there is no stream to fork from')
  if (source.hidden || (isOver(source.lifetime, now) && source.forks > 0)) {
    return refuse('source-gone', 'the stream to fork from was deleted')
  }
  if (isOver(source.lifetime, now)) return refuse('not-found', 'there is no stream to fork from')
  if (source.incarnation !== incarnation) {
    return refuse('source-gone', 'the stream to fork from was replaced meanwhile')
  }
  if (cut > source.tail) return refuse('invalid-offset', 'the fork offset lies past the tail of its source')
  if (contentType !== undefined && mediaType(contentType) !== mediaType(source.contentType)) {
    return refuse('content-type-mismatch', `the stream to fork from holds ${mediaType(source.contentType)}`)
  }
  return undefined
}

function inheritedUntil(source: StreamState, cut: number): readonly Segment[] {
  const chain = [...source.inherited, { incarnation: source.incarnation, until: cut }]
  let from = 0
  return chain.flatMap(({ incarnation, until }) => {
    const end = Math.min(until, cut)
    if (end <= from) return []
    from = end
    return [{ incarnation, until: end }]
  })
}

interface Branch {
  readonly origin: Origin
  readonly inherited: readonly Segment[]
  readonly source: StreamState
}

function accept(command: Create, branch?: Branch): Verdict {
  const { bytes, closed, contentType, fresh, lifetime } = command
  const at = branch?.origin.cut ?? 0
  const state: StreamState = {
    incarnation: fresh,
    contentType: contentType ?? DEFAULT_CONTENT_TYPE,
    tail: at + bytes.length,
    lifetime,
    inherited: branch?.inherited ?? [],
    forks: 0,
    ...(closed && { closure: {} }),
    ...(branch && { origin: branch.origin }),
  }
  const batch = bytes.length > 0 ? { at, bytes } : undefined
  return { ok: true, outcome: 'created', state, write: { type: 'create', batch, source: branch?.source } }
}
