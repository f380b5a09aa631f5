import { hueStyle } from './hue-style.ts'

interface AvatarProps {
  readonly id: string
  readonly name: string
}

export function Avatar({ id, name }: AvatarProps) {
  return (
    <span className="avatar" aria-hidden="true" style={hueStyle(id)}>
      {initials(name)}
    </span>
  )
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/u)
  const first = words.length > 1 ? [words[0], words.at(-1)] : words
  return first
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
