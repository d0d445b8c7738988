package dev.vit4j.serve;

/**
 * An encoded image that a client sent.
 *
 * @param source its file name, or {@code image}
 * @param bytes the file
 */
@SuppressWarnings("ArrayRecordComponent")
record Upload(String source, byte[] bytes) {}
