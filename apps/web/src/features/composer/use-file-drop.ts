import { type DragEvent, useState } from 'react'

/** Takes files that are dragged here. */
export function useFileDrop(attach: (files: readonly File[]) => void, enabled: boolean) {
  const [over, setOver] = useState(false)
  const holdsFiles = ({ dataTransfer }: DragEvent) => enabled && dataTransfer.types.includes('Files')
  const on = {
    onDragOver(event: DragEvent) {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave(event: DragEvent) {
      const to = event.relatedTarget
      if (!(to instanceof Node) || !event.currentTarget.contains(to)) setOver(false)
    },
    onDrop(event: DragEvent) {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(false)
      attach([...event.dataTransfer.files])
    },
  }
  return { over, on }
}
