const QUALITIES =
  'Amber Bright Calm Coral Crisp Dawn Deep Drift Early Ember Fair Far Gentle Golden Grey High Hollow Inland Jade Keen Late Light Lone Low Lunar Mellow Misty Noble North Ochre Opal Pale Pearl Quiet Rapid Russet Salt Sandy Silver Slow Solar South Spry Still Stone Sunny Swift Teal Tidal True Velvet Warm West Wide Wild Windy'.split(
    ' ',
  )
const CREATURES =
  'Auk Avocet Bittern Brant Cod Conch Coot Cormorant Crab Crane Curlew Dolphin Dunlin Eel Egret Eider Fulmar Gannet Godwit Grebe Gull Heron Ibis Kestrel Kittiwake Knot Lapwing Limpet Lobster Merlin Mullet Mussel Nautilus Oriole Osprey Otter Oyster Pelican Petrel Pintail Plover Puffin Rail Ray Ruff Sandpiper Scoter Seal Shrike Skate Skua Snipe Spoonbill Squid Stilt Stint Stork Swan Tern Turnstone Turtle Urchin Walrus Whale Whelk Whimbrel Wigeon'.split(
    ' ',
  )

/** Ids that were made, not chosen: `u-` and hexadecimal digits. */
const MADE = /^u-[0-9a-f]{6,}$/u

/** A readable name for an id: the same on every device. */
export function nameOfId(id: string): string {
  const hash = hashOf(id)
  const quality = QUALITIES[hash % QUALITIES.length]
  const creature = CREATURES[Math.floor(hash / QUALITIES.length) % CREATURES.length]
  return `${quality} ${creature}`
}

/** What to call an author: the name that came along, a readable one for a made id, else the id itself. */
export function displayName(author: string, name?: string): string {
  const given = name?.trim()
  if (given) return given
  return MADE.test(author) ? nameOfId(author) : author
}

/** 0 to 359, the same for an id everywhere. */
export function hueOf(id: string): number {
  return (hashOf(id) >>> 7) % 360
}

/** FNV-1a with a final mix, so that ids that differ in one digit differ in every bit. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
