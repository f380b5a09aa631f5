/**
 * Keys of one life sort together, its segments by position: sixteen bytes of incarnation, then eight of
 * position (big-endian), or the producer's id.
 */
const INCARNATION_LENGTH = 16

export function lifeKey(incarnation: string): Buffer {
  return Buffer.from(incarnation, 'latin1')
}

export function segmentKey(incarnation: string, at: number): Buffer {
  const key = Buffer.allocUnsafe(INCARNATION_LENGTH + 8)
  key.write(incarnation, 0, 'latin1')
  key.writeUInt32BE(Math.floor(at / 2 ** 32), INCARNATION_LENGTH)
  key.writeUInt32BE(at % 2 ** 32, INCARNATION_LENGTH + 4)
  return key
}

export function positionOf(key: Buffer): number {
  return key.readUInt32BE(INCARNATION_LENGTH) * 2 ** 32 + key.readUInt32BE(INCARNATION_LENGTH + 4)
}

export function producerKey(incarnation: string, id: string): Buffer {
  return Buffer.from(incarnation + id, 'latin1')
}

export function idOf(key: Buffer): string {
  return key.toString('latin1', INCARNATION_LENGTH)
}

/** Every key of one life, and no other: incarnations are of equal length, and their last byte is below 0xff. */
export function lifeRange(incarnation: string): { start: Buffer; end: Buffer } {
  const end = lifeKey(incarnation)
  end[end.length - 1] = (end[end.length - 1] ?? 0) + 1
  return { start: lifeKey(incarnation), end }
}
