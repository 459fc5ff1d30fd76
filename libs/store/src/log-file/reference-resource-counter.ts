import assert from 'node:assert'

/**
 * Counts who still needs a resource. It begins with its owner; when the owner has let go and the last reader too, the
 * resource may be closed or used again. Source: store/logfile/ReferenceResource.java
 */
export class ReferenceResourceCounter {
  private count = 1

  constructor(private readonly onUnused: () => void) {}

  hold(): void {
    assert(this.count > 0, 'nobody may hold what is already unused')
    this.count += 1
  }

  release(): void {
    assert(this.count > 0, 'released more often than held')
    this.count -= 1
    if (this.count === 0) this.onUnused()
  }
}
