import { ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT } from '@strandline/chat'
import { sizeText } from './formats.ts'

export interface Choice<F> {
  readonly files: readonly F[]
  /** Why some were left out. */
  readonly problem: string | undefined
}

/** The files chosen so far with `more`, as far as the limits allow. */
export function choose<F extends Pick<File, 'name' | 'size'>>(
  files: readonly F[],
  more: readonly F[],
): Choice<F> {
  const fitting = more.filter(({ size }) => size <= ATTACHMENT_LIMIT)
  const all = [...files, ...fitting]
  const big = more.find(({ size }) => size > ATTACHMENT_LIMIT)
  const problem = big
    ? `${big.name} has ${sizeText(big.size)}; a file may have ${sizeText(ATTACHMENT_LIMIT)}.`
    : all.length > ATTACHMENTS_LIMIT
      ? `A message takes ${ATTACHMENTS_LIMIT} files.`
      : undefined
  return { files: all.slice(0, ATTACHMENTS_LIMIT), problem }
}
