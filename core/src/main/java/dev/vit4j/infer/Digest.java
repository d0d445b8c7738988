package dev.vit4j.infer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 of several pieces, each with its length, so that no two lists of pieces look alike. */
final class Digest {
  private final MessageDigest sha;

  Digest() {
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** One more piece. */
  void add(byte[] piece) {
    add(ByteBuffer.wrap(piece));
  }

  /** One more piece; the buffer stays as it is. */
  void add(ByteBuffer piece) {
    sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, piece.remaining()));
    sha.update(piece.duplicate());
  }

  /** The 32 bytes; this digest then begins anew. */
  byte[] bytes() {
    return sha.digest();
  }

  /** The same in 64 hexadecimal digits. */
  String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
