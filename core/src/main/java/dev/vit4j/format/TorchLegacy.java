package dev.vit4j.format;

import dev.vit4j.format.Pickle.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens {@link TorchFile}s in the format before zip archives; see there for the layout. */
final class TorchLegacy {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  /** The first bytes: PROTO, its number, and the opcode and length of the magic number. */
  private static final int HEAD_SIZE = 4;

  private TorchLegacy() {}

  /** Whether a file starts with the magic number, in any protocol. */
  static boolean isOne(MappedFile file) throws IOException {
    ByteBuffer head = file.head(HEAD_SIZE);
    return head.remaining() == HEAD_SIZE
        && (head.get(0) & 0xff) == 0x80
        && (head.get(2) & 0xff) == 0x8a
        && head.get(3) == 10;
  }

  static TorchFile open(MappedFile file) throws IOException {
    if (!isOne(file)) {
      throw new FormatException(file.source(), 0, "not a file that torch.save wrote");
    }
    ByteBuffer bytes = file.slice(0, Math.min(file.size(), Integer.MAX_VALUE));
    Map<String, TorchStorage> announced = new HashMap<>();
    Pickle pickle =
        new Pickle(file.source(), bytes, TorchGlobals::find, id -> announce(id, announced));
    require(file, MAGIC.equals(pickle.read()), "torch's magic number is missing");
    require(file, Long.valueOf(VERSION).equals(pickle.read()), "not version 1001 of the format");
    boolean little =
        pickle.read() instanceof Map<?, ?> machine
            && Boolean.TRUE.equals(machine.get("little_endian"));
    require(file, little, "written by a big-endian machine: save it again in torch's zip format");
    long start = pickle.position();
    Object root = pickle.read();
    long length = pickle.position() - start;
    TorchContents contents = TorchContents.of(file.source(), root, length);
    Object keys = pickle.read();
    Map<String, FilePart> parts = storages(file, keys, announced, pickle.position());
    return new TorchFile(
        file, ByteOrder.LITTLE_ENDIAN, contents.tensors(), parts, contents.metadata());
  }

  private static void require(MappedFile file, boolean right, String reason)
      throws FormatException {
    if (!right) {
      throw new FormatException(file.source(), 0, reason);
    }
  }

  /** Storages follow the pickle, also those of tensors that are not read. */
  private static TorchStorage announce(@Nullable Object id, Map<String, TorchStorage> announced) {
    TorchStorage storage = TorchGlobals.storage(id);
    TorchStorage same = announced.put(storage.key(), storage);
    if (same != null && !same.equals(storage)) {
      throw new IllegalArgumentException("the storage %s has two sizes".formatted(storage.key()));
    }
    return storage;
  }

  private static Map<String, FilePart> storages(
      MappedFile file, @Nullable Object keys, Map<String, TorchStorage> announced, long start)
      throws IOException {
    require(file, keys instanceof List<?>, "the list of storages is missing");
    Map<String, FilePart> parts = new HashMap<>();
    long at = start;
    for (Object item : (List<?>) keys) {
      require(file, item instanceof String || item instanceof Bytes, "a storage without its key");
      String key = Pickle.text(item);
      TorchStorage storage = announced.get(key);
      if (storage == null) {
        throw new FormatException(file.source(), at, "a storage that no tensor uses: " + key);
      }
      long elements = file.slice(at, Long.BYTES).getLong();
      if (elements != storage.elements()) {
        throw new FormatException(
            file.source(),
            at,
            "the storage %s has %d elements, %d are announced"
                .formatted(key, elements, storage.elements()));
      }
      at += Long.BYTES;
      if (storage.bytes() > file.size() - at) {
        throw new FormatException(
            file.source(), at, "truncated: the storage %s ends too early".formatted(key));
      }
      parts.put(storage.key(), FilePart.stored(at, storage.bytes()));
      at += storage.bytes();
    }
    for (String key : announced.keySet()) {
      require(file, parts.containsKey(key), "the storage %s is missing".formatted(key));
    }
    return parts;
  }
}
