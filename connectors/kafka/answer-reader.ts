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

  /** An unsigned number of seven bits a byte, one more than what it counts; 0 stands for null. */
  compactCount(): number {
    return Math.max(0, this.#varint() - 1);
  }

  compactString(): string {
    return this.bytes(this.compactCount()).toString('utf8');
  }

  eachCompact(read: () => void): void {
    for (let left = this.compactCount(); left > 0; left--) read();
  }

  skipTags(): void {
    for (let left = this.#varint(); left > 0; left--) {
      this.#varint();
      this.skip(this.#varint());
    }
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#body.readUInt8(this.#at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}
