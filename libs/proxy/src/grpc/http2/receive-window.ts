/** How much a client may send, of a request or of all of its connection: it is told of more when half was taken. */
export class ReceiveWindow {
  private left: number

  constructor(private readonly size: number) {
    this.left = size
  }

  get leftBytes(): number {
    return this.left
  }

  /** False: the client has sent more than it may. */
  take(bytes: number): boolean {
    this.left -= bytes
    return this.left >= 0
  }

  /** By how much the client is told now that it is open again; 0: not yet. */
  reopened(): number {
    const taken = this.size - this.left
    if (taken < this.size / 2) return 0
    this.left = this.size
    return taken
  }
}
