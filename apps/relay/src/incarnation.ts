/** A token for a new life: 16 URL-safe characters, 96 random bits. */
export function newIncarnation(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}
