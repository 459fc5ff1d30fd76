/** Java's String.hashCode: int32 over the UTF-16 units. */
export function javaStringHashCode(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}

/** What the ConsumeQueue keeps of a message's TAGS: Java's hash, 0 without any. Source: common/message/MessageExtBrokerInner.java. */
export function tagsCodeOf(tags: string | null): number {
  return tags === null ? 0 : javaStringHashCode(tags)
}
