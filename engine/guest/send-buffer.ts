/**
 * Bytes of skbs that may be under way before the sender sleeps: net.core.wmem_default, of four
 * sockets. With one, a sender of small frames waits for the moderated interrupts of its own 220.
 */
const SEND_BUFFER_BYTES = 4 * 212_992;

/**
 * The send buffers of an application: it sleeps when as much is under way as they hold, and is woken
 * when half of it is free again; net/core/sock.c, sock_alloc_send_pskb, sock_def_write_space. Who
 * does not ask is not held up.
 */
export class SendBuffer {
  #bytes = 0;
  #asleep: (() => void) | undefined;

  /** Whether the next frame is taken at once. */
  get writable(): boolean {
    return this.#bytes < SEND_BUFFER_BYTES;
  }

  /** The sender sleeps; `wake` is called when it can go on. */
  sleep(wake: () => void): void {
    this.#asleep = wake;
  }

  /** An skb of so many bytes (its true size) is under way. */
  taken(byteCount: number): void {
    this.#bytes += byteCount;
  }

  /** It was freed. */
  given(byteCount: number): void {
    this.#bytes -= byteCount;
    if (this.#asleep === undefined || 2 * this.#bytes > SEND_BUFFER_BYTES) return;
    const wake = this.#asleep;
    this.#asleep = undefined;
    wake();
  }
}
