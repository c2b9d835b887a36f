import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';

/** Teaches kafkajs LZ4, which it leaves to its users. Kafka's record batches hold ordinary LZ4 frames. */
export function registerLz4(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => codec;
}

const codec = {
  compress: (encoder: { readonly buffer: Buffer }): Promise<Buffer> => compressFrame(encoder.buffer),
  decompress: (buffer: Buffer): Promise<Buffer> => decompressFrame(buffer),
};
