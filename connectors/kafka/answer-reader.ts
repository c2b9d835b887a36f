/** Walks through the body of an answer of Kafka's protocol; reading past its end throws. */
export class AnswerReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  int16(): number {
    this.#at += 2;
    return this.#body.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#body.readInt32BE(this.#at - 4);
  }

  int64(): bigint {
    this.#at += 8;
    return this.#body.readBigInt64BE(this.#at - 8);
  }

  bytes(length: number): Buffer {
    this.#at += length;
    return this.#body.subarray(this.#at - length, this.#at);
  }

  string(): string {
    return this.bytes(Math.max(0, this.int16())).toString('utf8');
  }

  each(read: () => void): void {
    for (let left = this.int32(); left > 0; left--) read();
  }
}
